"""Which path leads to which page."""

from django.urls import path

from shop import views

urlpatterns = [
    path("", views.product_list, name="products"),
    path("products/<int:product_id>", views.product_detail, name="product"),
    path("orders/", views.orders, name="orders"),
    path("reports/slow", views.slow_report, name="slow-report"),
    path("external", views.external, name="external"),
    path("fails", views.fails, name="fails"),
    path("health", views.health, name="health"),
    path("ready", views.ready, name="ready"),
    path("api/products", views.api_products, name="api-products"),
    path("api/orders", views.api_orders, name="api-orders"),
]
