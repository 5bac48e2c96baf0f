"""Placing an order: one transaction of several queries, the trace that the example is about."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from shop.models import Order, OrderLine, Product

MAX_QUANTITY = 1000
MAX_LINES = 100
MAX_ID = 2**63 - 1


class OrderRefused(Exception):
    """An order that can't be placed; the message is for the customer."""


@dataclass(frozen=True)
class Wish:
    """A product's id and how many of it."""

    product: int
    quantity: int


def read_wishes(lines: object) -> list[Wish]:
    """Checks `[{"product": 1, "quantity": 2}, ...]` as it came from outside."""
    if not isinstance(lines, list) or not 1 <= len(lines) <= MAX_LINES:
        raise OrderRefused(
            f'"lines" must be a list of 1 to {MAX_LINES} objects with "product" and "quantity".'
        )
    wishes = []
    for number, line in enumerate(lines):
        values = (line.get("product"), line.get("quantity", 1)) if isinstance(line, dict) else (None, None)
        # bool is an int in Python.
        if not all(isinstance(value, int) and not isinstance(value, bool) for value in values):
            raise OrderRefused(f'lines[{number}]: "product" and "quantity" must be whole numbers.')
        product, quantity = values
        if not 1 <= quantity <= MAX_QUANTITY:
            raise OrderRefused(f"lines[{number}]: quantity {quantity} is not between 1 and {MAX_QUANTITY}.")
        if not 1 <= product <= MAX_ID:
            raise OrderRefused(f"lines[{number}]: there is no product {product}.")
        wishes.append(Wish(product, quantity))
    if len({wish.product for wish in wishes}) < len(wishes):
        raise OrderRefused("A product stands in more than one line; add up its quantities.")
    return wishes


@transaction.atomic
def place_order(customer: object, wishes: list[Wish]) -> Order:
    """Stores the order with its lines and counts the sales; all of it or nothing."""
    # PostgreSQL takes neither NUL nor half a surrogate pair, and both can stand in JSON.
    if not isinstance(customer, str) or not 1 <= len(customer.strip()) <= 80 or not customer.isprintable():
        raise OrderRefused('"customer" must be a name of 1 to 80 printable characters.')
    ids = [wish.product for wish in wishes]
    # Locked in one order, so that two orders of the same products can't wait for each other.
    products = {
        product.id: product
        for product in Product.objects.select_for_update().filter(id__in=ids).order_by("id")
    }
    missing = [product for product in ids if product not in products]
    if missing:
        raise OrderRefused(f"There is no product {missing[0]}.")

    total = sum(products[wish.product].price * wish.quantity for wish in wishes)
    order = Order.objects.create(customer=customer.strip(), total=total)
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order, product_id=wish.product, quantity=wish.quantity, price=products[wish.product].price
        )
        for wish in wishes
    )
    for wish in wishes:
        Product.objects.filter(id=wish.product).update(sold=F("sold") + wish.quantity)
    return order
