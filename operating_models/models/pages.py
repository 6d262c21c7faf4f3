"""The page types of the knowledge base: the index that is the search, a region's page, and the operating model."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalManyToManyField
from wagtail.fields import StreamField
from wagtail.locks import BaseLock, WorkflowLock
from wagtail.models import Page, Revision

from operating_models.blocks import DevelopmentPathBlock
from operating_models.models.description import describe_all
from operating_models.models.forms import DraftCopyForm, OperatingModelForm
from operating_models.models.keywords import TaggedModel
from operating_models.models.lineage import line_of, sources_of_all
from operating_models.models.page_texts import page_editor
from operating_models.models.panels import EDITOR
from operating_models.models.permissions import OperatingModelPermissions, RegionPagePermissions
from operating_models.models.presented import PresentedPage
from operating_models.models.programmes import Programme, ProgrammeGoal, Project
from operating_models.models.publishing import (
    ADAPTATION_ANSWERS,
    GAPS_ALLOWED,
    IMAGE_FIELDS,
    REQUIRED_TERMS,
    REQUIRED_TEXTS,
    Circle,
    Gap,
    GapsError,
    find_gaps,
    find_row_gaps,
)
from operating_models.models.regions import Region
from operating_models.models.taxonomy import ServiceClass, Setting, TargetGroup, Term, Theme
from operating_models.models.texts import LEAD_LENGTH, TEXT, Tab, introduction
from operating_models.models.waiting import WaitingLock
from search.findable import Entry, Findable

LANGUAGE_LENGTH = 8
"""Letters that a language's code may have (BCP 47 without a region)."""


class TextLanguage(models.TextChoices):
    """Languages of texts, by the codes of their ``lang`` attributes."""

    FINNISH = "fi", _("Finnish")
    SWEDISH = "sv", _("Swedish")
    NORTHERN_SAMI = "se", _("Northern Sámi")
    INARI_SAMI = "smn", _("Inari Sámi")
    SKOLT_SAMI = "sms", _("Skolt Sámi")
    ENGLISH = "en", _("English")


ORIGINAL_LANGUAGES = [choice for choice in TextLanguage.choices if choice[0] != TextLanguage.ENGLISH]
"""Languages in which a model may be described; English is one of translations only."""


class ListPage(PresentedPage):
    """A list under the front page, the only one of its kind."""

    lead = models.CharField(_("lead"), max_length=LEAD_LENGTH, blank=True)

    edit_handler = page_editor([*Page.content_panels, "lead"], "lead")
    copy_form_class = DraftCopyForm
    max_count = 1
    parent_page_types = ["home.HomePage"]

    class Meta:
        abstract = True


class OperatingModelIndexPage(ListPage):
    """The list of all models, which is the search page and the parent of the regions."""

    subpage_types = ["operating_models.RegionPage"]

    class Meta:
        verbose_name = _("list of operating models")


class StatisticsPage(PresentedPage):
    """The numbers of the knowledge base on any day. One of its tables is a file when the address asks for one."""

    intro = introduction(_("What the numbers are for and who answers for them, in a few sentences."))

    edit_handler = page_editor([*Page.content_panels, "intro"], "intro")
    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("statistics page")


class RegionPage(PresentedPage):
    """A region's public page and the parent of its models. Its facts stand in the region's vocabulary term."""

    region = models.OneToOneField(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="page")
    intro = introduction(
        _("What the region develops and whom to ask. Example: In our region development work is led by …")
    )

    edit_handler = page_editor([*Page.content_panels, "region", "intro"], "intro")
    copy_form_class = DraftCopyForm
    parent_page_types = ["operating_models.OperatingModelIndexPage"]
    subpage_types = ["operating_models.OperatingModelPage"]

    class Meta:
        verbose_name = _("region page")
        verbose_name_plural = _("region pages")

    def permissions_for_user(self, user: AbstractBaseUser) -> RegionPagePermissions:
        return RegionPagePermissions(user, self)


def _terms(
    vocabulary: type[Term], help_text: Promise | str = "", *, label: Promise | None = None
) -> ParentalManyToManyField:
    """Return a model's field for terms of a vocabulary, called as the vocabulary where it has no label of its own."""
    return ParentalManyToManyField(
        vocabulary,
        verbose_name=label or vocabulary._meta.verbose_name_plural,
        blank=True,
        related_name="operating_models",
        help_text=help_text,
    )


def _line(label: Promise, max_length: int, help_text: Promise | str = "") -> models.CharField:
    """Return a model's field for a line of text, which may be empty."""
    return models.CharField(label, max_length=max_length, blank=True, help_text=help_text)


class OperatingModelPage(Findable, PresentedPage):
    """An operating model: a new way to run a health or social service, described along the national template.

    The page above tells the region of origin. What other people say of a model (adoption, evidence, review, featuring)
    stands in rows beside the page, never here.
    """

    uuid = models.UUIDField(_("identity"), default=uuid.uuid4, unique=True, editable=False)

    lead = models.CharField(
        _("short description"),
        max_length=LEAD_LENGTH,
        blank=True,
        validators=[MaxLengthValidator(LEAD_LENGTH)],
        help_text=_(
            "What the model is and for whom, in at most 300 characters. Shown in lists and above the text. "
            "Example: Drop-in advice for people over 65 who have no regular care contact."
        ),
    )
    original_language = models.CharField(
        _("language of the texts"),
        max_length=LANGUAGE_LENGTH,
        choices=ORIGINAL_LANGUAGES,
        default=TextLanguage.FINNISH,
    )
    further_regions = _terms(
        Region,
        _("Regions that developed the model together with yours. Regions that only use it report that themselves."),
        label=_("other developing regions"),
    )
    place = _line(_("place of implementation"), 200, _("Municipality and unit. Example: Äänekoski, health centre"))
    programmes = _terms(
        Programme,
        _("The programme in which the model was developed. Do not write it in the name of the model."),
        label=_("programme and investment"),
    )
    programme_goals = _terms(ProgrammeGoal)
    project = models.ForeignKey(
        Project,
        verbose_name=_("project"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="operating_models",
    )
    funders = _line(_("funders"), 300, _("Example: NextGenerationEU funding of the European Union"))
    target_groups = _terms(TargetGroup, _("For whom the model is. Choose one to three. Required before publishing."))
    service_classes = _terms(ServiceClass, _("The services in which the model is used. Example: home care"))
    themes = _terms(Theme, _("What the model is about. Choose one to three. Required before publishing."))
    tags = ClusterTaggableManager(
        through=TaggedModel,
        verbose_name=_("tags"),
        blank=True,
        related_name="operating_models",
        help_text=_("Professional terms in basic form, separated by commas. Example: palveluohjaus, etävastaanotto"),
    )
    settings = _terms(Setting, _("Where the client meets the service. Example: school"))

    idea = TEXT["idea"].rich_text_field()
    context = TEXT["context"].rich_text_field()
    client_insight = TEXT["client_insight"].rich_text_field()
    conditions = TEXT["conditions"].rich_text_field()
    evaluation = TEXT["evaluation"].rich_text_field()

    development = StreamField(
        DevelopmentPathBlock(),
        verbose_name=_("development path"),
        blank=True,
        help_text=_("The phases of the work, in any order and depth. Optional."),
    )

    contact_organisation = _line(
        _("owning organisation"), 200, _("Example: Keski-Suomen hyvinvointialue. Required before publishing.")
    )
    contact_unit = _line(
        _("owning unit"),
        200,
        _("A unit that stays when the project ends, never only a person. Required before publishing."),
    )
    contact_email = models.EmailField(
        _("role address"), blank=True, help_text=_("An address that several people read. Example: seniorineuvola@…")
    )
    contact_phone = _line(_("telephone"), 40)
    contact_url = models.URLField(_("web address of the unit"), blank=True)

    image = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("image"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    image_alt = _line(
        _("text alternative of the image"),
        250,
        _("What the image tells, for those who do not see it. Example: Path of the client in five steps"),
    )
    image_is_decoration = models.BooleanField(
        _("the image is decoration"),
        default=False,
        help_text=_("It tells nothing that the texts do not tell: it needs no text alternative."),
    )
    video_url = models.URLField(_("video"), blank=True, help_text=_("One video, on YouTube or Vimeo."))

    adapted_from = models.ForeignKey(
        "self",
        verbose_name=_("adapted from the model"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="adaptations",
    )
    adapted_revision = models.ForeignKey(
        "wagtailcore.Revision",
        verbose_name=_("version of the source"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    """What the source said when this local version was made of it (replication/local_versions.py)."""
    adaptation_kept = models.TextField(_("what was kept"), blank=True)
    adaptation_changed = models.TextField(_("what was changed"), blank=True)
    adaptation_dropped = models.TextField(_("what was dropped"), blank=True)
    adaptation_reason = models.TextField(_("why"), blank=True)

    base_form_class = OperatingModelForm
    edit_handler = EDITOR
    copy_form_class = DraftCopyForm
    exclude_fields_in_copy = ["uuid"]
    parent_page_types = ["operating_models.RegionPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("operating model")
        verbose_name_plural = _("operating models")

    form_decides_on_gaps = False
    """Set by the editor's form while it cleans the instance: the form asks the rule itself, with the values of the
    many-to-many fields, which the instance gets only when the form is saved."""

    @property
    def region(self) -> Region:
        """The region of origin: the page above says it."""
        return self.get_parent().specific.region

    def permissions_for_user(self, user: AbstractBaseUser) -> OperatingModelPermissions:
        return OperatingModelPermissions(user, self)

    def get_lock(self) -> BaseLock | None:
        lock = super().get_lock()
        return WaitingLock(lock.object, lock.task) if isinstance(lock, WorkflowLock) else lock

    def publish_errors(self) -> tuple[Gap, ...]:
        """Return what is missing for publishing, in the order of the editor; empty when nothing is."""
        texts = (*REQUIRED_TEXTS, *ADAPTATION_ANSWERS)
        values: dict[str, object] = {name: getattr(self, name) for name in texts}
        values |= {name: getattr(self, name).all() for name in REQUIRED_TERMS}
        values |= {name: getattr(self, name) for name in IMAGE_FIELDS}
        gaps = find_gaps(values, labels=self.field_labels(), is_local_version=self.is_local_version)
        return (*gaps, *find_row_gaps(self), *self.find_circle(self.adapted_from_id))

    @property
    def is_local_version(self) -> bool:
        """Whether it was made of another model by "apply in own region", and still is adapted from one."""
        return self.adapted_revision_id is not None and self.adapted_from_id is not None

    def find_circle(self, source_id: int | None) -> tuple[Gap, ...]:
        """Return that a source would have the page adapted from itself, by what all pages say at this moment."""
        if source_id is None or self.pk not in line_of(source_id, sources_of_all(type(self))):
            return ()
        return (Circle("adapted_from", self.field_labels()["adapted_from"], str(Tab.CONTENT)),)

    @classmethod
    def field_labels(cls) -> dict[str, str]:
        """Return the label of each field by its name, with a capital initial."""
        fields = [field for field in cls._meta.get_fields() if field.concrete]
        labels = {field.name: str(capfirst(field.verbose_name)) for field in fields}
        return labels | {"title": str(_("Name of the operating model"))}

    def clean(self) -> None:
        super().clean()
        if not self.form_decides_on_gaps:
            self._refuse_gaps()

    def publish(self, revision: Revision, *args: object, **kwargs: object) -> None:
        """Publish a revision. Raises GapsError before anything is written, so that a schedule is kept."""
        revision.as_object()._refuse_gaps()
        super().publish(revision, *args, **kwargs)

    def copy(self, *args: object, **kwargs: object) -> OperatingModelPage:
        """Copy the page as a draft, whatever was asked: a copy has no facts of its own and no approval yet."""
        return super().copy(*args, **(kwargs | {"keep_live": False}))

    def save_revision(
        self, *args: object, overwrite_revision: Revision | None = None, **kwargs: object
    ) -> Revision | None:
        """Save a revision. One that readers have seen, or that a local version was made of, is not written over.

        Wagtail's autosave writes over the latest revision whenever it is told to, a published one too. Then what a
        local version is compared with in public would be somebody's draft.
        """
        if overwrite_revision is not None and self._is_kept(overwrite_revision):
            overwrite_revision = None
        return super().save_revision(*args, overwrite_revision=overwrite_revision, **kwargs)

    def _is_kept(self, revision: Revision) -> bool:
        return (
            revision.pk == self.live_revision_id or type(self).objects.filter(adapted_revision_id=revision.pk).exists()
        )

    def _refuse_gaps(self) -> None:
        found = self.publish_errors()
        if gaps := tuple(gap for gap in found if not (gap.may_be_allowed and GAPS_ALLOWED.get())):
            raise GapsError(gaps)

    def as_document(self) -> Entry:
        return self.as_documents([self.pk])[self.pk]

    @classmethod
    def as_documents(cls, page_ids: Sequence[int]) -> dict[int, Entry]:
        return describe_all(cls.objects.filter(pk__in=page_ids))
