"""Fills in the public forms as a person does: opens the page, changes fields, sends what stands in the form."""

from __future__ import annotations

from django.urls import reverse

from tests.pages.reading import read


def form_url(page, region=""):
    url = reverse("report_adoption", args=[page.pk])
    return f"{url}?alue={region}" if region else url


def report_url(report, name="adoption_report"):
    return reverse(name, args=[report.pk])


def fields_of(soup, selector):
    """Return what the form on a page would send as it stands."""
    form = soup.select_one(selector)
    sent = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        if field.get("type") in ("radio", "checkbox") and not field.has_attr("checked"):
            continue
        if field.get("type") == "checkbox":
            sent.setdefault(field["name"], []).append(field.get("value", "on"))
        else:
            sent[field["name"]] = field.get("value", "") if field.name == "input" else field.text.strip()
    sent.pop("csrfmiddlewaretoken", None)
    return sent


def open_form(client, page, region=""):
    """Return what the form of a report sends before anything is written in it."""
    return fields_of(read(form_url(page, region), client=client), ".report-form")


def send(client, page, fields, **changes):
    return client.post(form_url(page), fields | changes)


def report(client, page, region="", **fields):
    """Open the form and send it: in use since 2025, or what ``fields`` say."""
    return send(client, page, open_form(client, page, region), **({"status": "in_use", "when": "2025"} | fields))
