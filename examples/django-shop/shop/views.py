"""The shop's pages, each with a trace of its own shape."""

import json
import logging
from contextlib import closing

import requests
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from shop.models import Order, Product
from shop.orders import OrderRefused, Wish, place_order, read_wishes
from shop.pages import page
from shop.reports import best_sellers

LATEST_ORDERS = 20
EXTERNAL_TIMEOUT_SECONDS = 3

log = logging.getLogger(__name__)


def product_data(product: Product) -> dict[str, object]:
    return {
        "id": product.id,
        "name": product.name,
        "description": product.description,
        "price": product.price,
        "sold": product.sold,
    }


def order_data(order: Order) -> dict[str, object]:
    return {
        "id": order.id,
        "customer": order.customer,
        "created": order.created,
        "total": order.total,
        "lines": [
            {"product": line.product.name, "quantity": line.quantity, "price": line.price}
            for line in order.lines.all()
        ],
    }


def latest_orders() -> list[dict[str, object]]:
    latest = Order.objects.prefetch_related("lines__product")[:LATEST_ORDERS]
    return [order_data(order) for order in latest]


@require_safe
def product_list(request: HttpRequest) -> HttpResponse:
    return page(
        request, "products", {"products": [product_data(product) for product in Product.objects.all()]}
    )


@require_safe
def product_detail(request: HttpRequest, product_id: int) -> HttpResponse:
    return page(request, "product", {"product": product_data(get_object_or_404(Product, id=product_id))})


@require_http_methods(["GET", "HEAD", "POST"])
def orders(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        try:
            wish = Wish(int(request.POST.get("product", "")), int(request.POST.get("quantity", "1")))
            place_order(request.POST.get("customer"), read_wishes([vars(wish)]))
        except ValueError:
            return page(
                request, "refused", {"error": "Product and quantity must be whole numbers."}, status=400
            )
        except OrderRefused as refusal:
            return page(request, "refused", {"error": str(refusal)}, status=400)
        return redirect("orders")
    return page(request, "orders", {"orders": latest_orders()})


@require_safe
def slow_report(request: HttpRequest) -> HttpResponse:
    return page(request, "report", {"products": best_sellers()})


@require_safe
def external(request: HttpRequest) -> HttpResponse:
    url = settings.EXTERNAL_URL
    try:
        answer = requests.get(url, timeout=EXTERNAL_TIMEOUT_SECONDS)
    except requests.RequestException as error:
        log.warning("%s can't be reached: %s", url, error)
        return page(request, "external", {"url": url, "error": type(error).__name__}, status=502)
    milliseconds = round(answer.elapsed.total_seconds() * 1000)
    return page(request, "external", {"url": url, "status": answer.status_code, "milliseconds": milliseconds})


@require_GET
def fails(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("This page always fails, to show an error in a trace.")


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """The process answers; the database is not asked, as restarting the app would not mend that."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """A login to the database works. No query: it would be traced, as a trace of its own for every probe."""
    try:
        with closing(connection.copy()) as probe:
            probe.ensure_connection()
    except DatabaseError as error:
        log.warning("The database can't be reached: %s", error)
        return JsonResponse({"status": "database unreachable"}, status=503)
    return JsonResponse({"status": "ok"})


@require_safe
def api_products(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"products": [product_data(product) for product in Product.objects.all()]})


@csrf_exempt  # Clients of the API send no cookies that another site could abuse.
@require_http_methods(["GET", "HEAD", "POST"])
def api_orders(request: HttpRequest) -> JsonResponse:
    if request.method != "POST":
        return JsonResponse({"orders": latest_orders()})
    try:
        body = json.loads(request.body)
        if not isinstance(body, dict):
            raise OrderRefused('The body must be a JSON object with "customer" and "lines".')
        order = place_order(body.get("customer"), read_wishes(body.get("lines")))
        prefetch_related_objects([order], "lines__product")
    except (json.JSONDecodeError, UnicodeDecodeError):
        return JsonResponse({"error": "The body is not JSON."}, status=400)
    except OrderRefused as refusal:
        return JsonResponse({"error": str(refusal)}, status=400)
    return JsonResponse(order_data(order), status=201)
