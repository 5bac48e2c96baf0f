"""The tables, and the products that a new shop starts with."""
