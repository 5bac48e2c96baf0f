"""Answers as HTML or JSON from the same data."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

JSON = "application/json"


def page(request: HttpRequest, template: str, data: dict[str, object], status: int = 200) -> HttpResponse:
    """JSON for `?format=json` or an Accept header that prefers it, the template otherwise."""
    if request.GET.get("format") == "json" or request.get_preferred_type(["text/html", JSON]) == JSON:
        return JsonResponse(data, status=status)
    return render(request, f"shop/{template}.html", data, status=status)
