"""A small shop: products, orders, and pages whose traces are worth a look."""
