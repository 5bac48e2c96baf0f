"""Fills a new shop's shelves."""

from django.db import migrations

PRODUCTS = [
    ("Alarm clock", "Rings until you get up.", "24.90"),
    ("Bicycle bell", "Brass, heard two streets away.", "12.50"),
    ("Candle", "Beeswax, burns for thirty hours.", "9.80"),
    ("Coffee grinder", "By hand, with a steel cone.", "49.00"),
    ("Compass", "Points north, mostly.", "18.40"),
    ("Desk lamp", "Three joints, warm light.", "62.00"),
    ("Enamel mug", "Survives every fall.", "8.90"),
    ("Field notebook", "Dotted, weatherproof cover.", "7.20"),
    ("Fountain pen", "Medium nib, blue.", "34.00"),
    ("Hammock", "For two trees and one person.", "59.90"),
    ("Kite", "Flies from three knots of wind.", "27.00"),
    ("Lunch box", "Steel, with two trays.", "22.30"),
    ("Pocket knife", "Four blades and a corkscrew.", "31.50"),
    ("Rain jacket", "Packs into its own pocket.", "89.00"),
    ("Tea pot", "One litre, cast iron.", "45.60"),
    ("Tent", "Two persons, three seasons.", "189.00"),
    ("Torch", "Five hundred lumen.", "29.90"),
    ("Umbrella", "Opens downwind.", "26.00"),
    ("Water bottle", "Keeps cold for a day.", "21.00"),
    ("Wool blanket", "From sheep of the hills.", "74.50"),
]


def add_products(apps, schema_editor):
    product = apps.get_model("shop", "Product")
    product.objects.bulk_create(
        product(name=name, description=description, price=price) for name, description, price in PRODUCTS
    )


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    # Going back drops the table with what is in it, in 0001.
    operations = [migrations.RunPython(add_products, migrations.RunPython.noop)]
