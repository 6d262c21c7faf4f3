"""Review dates and featuring: dated facts beside the page."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from operating_models.models import FeaturedModel
from operating_models.models.facts import months_after, review_by
from tests import factories


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 11, 30), 1, date(2025, 12, 30)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2025, 11, 22), 12, date(2026, 11, 22)),
        (date(2025, 5, 31), 18, date(2026, 11, 30)),
    ],
)
def test_months_after_a_day_end_in_the_month_itself(day, months, later):
    assert months_after(day, months) == later


@pytest.mark.django_db
class TestReview:
    def test_is_a_year_after_the_last_publishing(self):
        assert review_by(published_on=date(2024, 2, 29), override=None) == date(2025, 2, 28)

    def test_is_not_known_of_a_page_never_published(self):
        assert review_by(published_on=None, override=None) is None

    def test_is_the_date_that_national_staff_set_last(self):
        page = factories.make_model()
        factories.set_review_date(page, "2030-01-01")
        factories.set_review_date(page, "2029-06-30")
        for published_on in (None, date(2029, 6, 29)):
            assert review_by(published_on=published_on, override=page.review_dates.first()) == date(2029, 6, 30)

    def test_a_publishing_on_or_after_the_set_date_is_the_review(self):
        page = factories.make_model()
        factories.set_review_date(page, "2025-03-01")
        found = review_by(published_on=date(2025, 3, 1), override=page.review_dates.first())
        assert found == date(2026, 3, 1)


@pytest.mark.django_db
class TestFeaturing:
    def test_shows_rows_of_the_day_in_their_order(self):
        today = timezone.localdate()
        day = timedelta(days=1)
        page = factories.make_model()
        second = factories.feature(page, order=2)
        first = factories.feature(page, order=1, since=today, until=today)
        factories.feature(page, since=today + day)
        factories.feature(page, since=today - 9 * day, until=today - day)
        factories.feature(factories.make_model(live=False))
        assert list(FeaturedModel.objects.on(today)) == [first, second]

    def test_cannot_end_before_it_begins(self):
        row = FeaturedModel(reason="Syy", since=date(2026, 2, 2), until=date(2026, 2, 1))
        with pytest.raises(ValidationError) as caught:
            row.clean()
        assert set(caught.value.message_dict) == {"until"}
