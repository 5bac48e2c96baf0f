"""What the shop keeps: products, orders and their lines."""

from django.db import models


class Product(models.Model):
    """Something on sale, and how often it was sold."""

    name = models.CharField(max_length=80, unique=True)
    description = models.CharField(max_length=200)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    sold = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["name"]


class Order(models.Model):
    """What one customer ordered at one time."""

    customer = models.CharField(max_length=80)
    created = models.DateTimeField(auto_now_add=True)
    total = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        ordering = ["-id"]


class OrderLine(models.Model):
    """One product of an order, at the price of that moment."""

    order = models.ForeignKey(Order, related_name="lines", on_delete=models.CASCADE)
    product = models.ForeignKey(Product, related_name="+", on_delete=models.PROTECT)
    quantity = models.PositiveIntegerField()
    price = models.DecimalField(max_digits=8, decimal_places=2)
