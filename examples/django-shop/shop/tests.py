"""What the pages answer: `python manage.py test`."""

import json
from threading import Thread
from unittest import mock, skipUnless
from wsgiref.simple_server import make_server

import requests
from django.db import OperationalError, connection
from django.test import Client, SimpleTestCase, TestCase, override_settings
from django.urls import reverse

from config.environment import SettingError, database
from shop.middleware import INSTANCE
from shop.models import Order, Product


class Products(TestCase):
    def test_a_new_shop_has_twenty_products(self):
        self.assertEqual(len(self.client.get("/", {"format": "json"}).json()["products"]), 20)

    def test_html_by_default_and_json_when_preferred(self):
        self.assertContains(self.client.get("/"), "<h1>Products</h1>", html=True)
        answer = self.client.get("/", headers={"accept": "application/json"})
        self.assertEqual(answer.headers["Content-Type"], "application/json")

    def test_a_product_has_its_page(self):
        product = Product.objects.get(name="Kite")
        self.assertContains(self.client.get(f"/products/{product.id}"), "Flies from three knots of wind.")

    def test_an_unknown_product_is_not_found(self):
        self.assertEqual(self.client.get("/products/999999").status_code, 404)

    def test_every_answer_names_its_instance(self):
        for path in ["/", "/health", "/products/999999"]:
            with self.subTest(path):
                self.assertEqual(self.client.get(path).headers["X-Instance"], INSTANCE)


class Orders(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.kite = Product.objects.get(name="Kite")
        cls.tent = Product.objects.get(name="Tent")

    def post(self, body):
        return self.client.post("/api/orders", body, content_type="application/json")

    def test_an_order_is_stored_with_its_lines_and_counts_as_sold(self):
        lines = [{"product": self.kite.id, "quantity": 2}, {"product": self.tent.id, "quantity": 1}]
        answer = self.post({"customer": "Ada", "lines": lines})

        self.assertEqual(answer.status_code, 201)
        self.assertEqual(answer.json()["total"], "243.00")
        self.assertEqual(Order.objects.get().lines.count(), 2)
        self.kite.refresh_from_db()
        self.assertEqual(self.kite.sold, 2)

    def test_the_latest_order_is_listed_first(self):
        for customer in ["Ada", "Grace"]:
            self.post({"customer": customer, "lines": [{"product": self.kite.id}]})
        for path in ["/api/orders", "/orders/?format=json"]:
            with self.subTest(path):
                orders = self.client.get(path).json()["orders"]
                self.assertEqual([order["customer"] for order in orders], ["Grace", "Ada"])

    def test_bad_orders_are_refused_and_leave_nothing(self):
        good = {"product": self.kite.id, "quantity": 1}
        for problem, body in {
            "not JSON": "{",
            "not an object": [],
            "no customer": {"lines": [good]},
            "a blank customer": {"customer": " ", "lines": [good]},
            "a customer with a NUL": {"customer": "A\0", "lines": [good]},
            "no lines": {"customer": "Ada", "lines": []},
            "a line that is no object": {"customer": "Ada", "lines": [1]},
            "a product that is no number": {"customer": "Ada", "lines": [{"product": "kite"}]},
            "a product that is true": {"customer": "Ada", "lines": [{"product": True}]},
            "a quantity of nothing": {"customer": "Ada", "lines": [{**good, "quantity": 0}]},
            "a product twice": {"customer": "Ada", "lines": [good, good]},
            "an unknown product": {"customer": "Ada", "lines": [good, {"product": 999999}]},
            "a product beyond any id": {"customer": "Ada", "lines": [{"product": 2**80}]},
        }.items():
            with self.subTest(problem):
                answer = self.post(body)
                self.assertEqual(answer.status_code, 400)
                self.assertTrue(answer.json()["error"])
        self.assertFalse(Order.objects.exists())

    def test_the_form_places_an_order_and_shows_the_list(self):
        form = {"customer": "Ada", "product": self.kite.id, "quantity": 3}
        self.assertRedirects(self.client.post("/orders/", form), reverse("orders"))
        self.assertContains(self.client.get("/orders/"), "3 Kite")

    def test_the_form_refuses_what_is_no_number(self):
        answer = self.client.post("/orders/", {"customer": "Ada", "product": "kite"})
        self.assertEqual(answer.status_code, 400)

    def test_the_form_is_guarded_against_other_sites_and_the_api_is_not(self):
        client = Client(enforce_csrf_checks=True)
        self.assertEqual(
            client.post("/orders/", {"customer": "Ada", "product": self.kite.id}).status_code, 403
        )
        body = json.dumps({"customer": "Ada", "lines": [{"product": self.kite.id}]})
        self.assertEqual(client.post("/api/orders", body, content_type="application/json").status_code, 201)


class SlowReport(TestCase):
    @skipUnless(connection.vendor == "postgresql", "pg_sleep is PostgreSQL's")
    def test_it_ranks_by_turnover(self):
        tent = Product.objects.get(name="Tent")
        body = {"customer": "Ada", "lines": [{"product": tent.id, "quantity": 2}]}
        self.client.post("/api/orders", body, content_type="application/json")
        best = self.client.get("/reports/slow", {"format": "json"}).json()["products"]
        self.assertEqual(best[0], {"name": "Tent", "orders": 1, "turnover": "378.00"})
        self.assertEqual(len(best), 10)


class External(SimpleTestCase):
    def test_it_says_what_the_other_service_answered(self):
        def service(environ, start_response):
            start_response("418 I'm a teapot", [])
            return [b""]

        with make_server("127.0.0.1", 0, service) as server:
            Thread(target=server.handle_request, daemon=True).start()
            with override_settings(EXTERNAL_URL=f"http://127.0.0.1:{server.server_port}/"):
                answer = self.client.get("/external", {"format": "json"})
        self.assertEqual((answer.status_code, answer.json()["status"]), (200, 418))

    def test_it_stays_friendly_when_the_other_service_is_away(self):
        with mock.patch("requests.get", side_effect=requests.ConnectionError):
            answer = self.client.get("/external")
        self.assertContains(answer, "be reached right now", status_code=502)


class Failure(SimpleTestCase):
    def test_it_is_a_server_error(self):
        client = Client(raise_request_exception=False)
        answer = client.get("/fails")
        self.assertEqual(answer.status_code, 500)
        self.assertEqual(answer.headers["X-Instance"], INSTANCE)


class Health(SimpleTestCase):
    """A SimpleTestCase refuses database queries, so health is shown to need none."""

    def test_the_process_is_healthy_without_a_database(self):
        self.assertEqual(self.client.get("/health").json(), {"status": "ok"})


class Readiness(TestCase):
    def test_ready_with_a_database(self):
        self.assertEqual(self.client.get("/ready").status_code, 200)

    def test_not_ready_without_one(self):
        with mock.patch.object(connection, "copy") as copy:
            copy.return_value.ensure_connection.side_effect = OperationalError
            self.assertEqual(self.client.get("/ready").status_code, 503)


class DatabaseUrl(SimpleTestCase):
    def test_parts_are_decoded(self):
        settings = database("postgresql://ada:p%40ss%2Fword@db:5433/my%20shop?sslmode=require")
        self.assertEqual(
            {key: settings[key] for key in ["USER", "PASSWORD", "HOST", "PORT", "NAME", "OPTIONS"]},
            {
                "USER": "ada",
                "PASSWORD": "p@ss/word",
                "HOST": "db",
                "PORT": 5433,
                "NAME": "my shop",
                "OPTIONS": {"options": "-c TimeZone=UTC", "sslmode": "require"},
            },
        )

    def test_errors_show_no_password(self):
        for url in ["postgresql://ada:hunter2@db", "mysql://ada:hunter2@db/shop", "ada:hunter2@db/shop"]:
            with self.subTest(url), self.assertRaises(SettingError) as raised:
                database(url)
            self.assertNotIn("hunter2", str(raised.exception))
