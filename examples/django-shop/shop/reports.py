"""The slow report: a query whose time stands out in a trace."""

from django.db import connection

PAUSE_SECONDS = 0.3

# pg_sleep stands for a scan of a large table: the same time in a trace, without the data.
BEST_SELLERS = """
    SELECT product.name, count(line.id) AS orders, coalesce(sum(line.quantity * line.price), 0) AS turnover
    FROM pg_sleep(%s), shop_product AS product
    LEFT JOIN shop_orderline AS line ON line.product_id = product.id
    GROUP BY product.id
    ORDER BY turnover DESC, product.name
    LIMIT 10
"""


def best_sellers() -> list[dict[str, object]]:
    """The ten products with the highest turnover. PostgreSQL only."""
    with connection.cursor() as cursor:
        cursor.execute(BEST_SELLERS, [PAUSE_SECONDS])
        columns = [column.name for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
