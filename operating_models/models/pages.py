"""The page types of the knowledge base: the index that is the search, a region's page, and the operating model."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from taggit.models import ItemBase, TagBase
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.locks import BaseLock, WorkflowLock
from wagtail.models import Page, Revision

from operating_models.blocks import DevelopmentPathBlock
from operating_models.models.description import describe_all
from operating_models.models.forms import DraftCopyForm, OperatingModelForm
from operating_models.models.lineage import leads_to, sources_of_all
from operating_models.models.panels import EDITOR
from operating_models.models.permissions import OperatingModelPermissions, RegionPagePermissions
from operating_models.models.presented import PresentedPage
from operating_models.models.programmes import Programme, ProgrammeGoal, Project
from operating_models.models.publishing import (
    ADAPTATION_ANSWERS,
    GAPS_ALLOWED,
    REQUIRED_TERMS,
    REQUIRED_TEXTS,
    Circle,
    Gap,
    GapsError,
    find_gaps,
    find_row_gaps,
)
from operating_models.models.regions import Region
from operating_models.models.taxonomy import ServiceClass, Setting, TargetGroup, Theme, Used
from operating_models.models.texts import TEXT, TEXT_FEATURES, Tab
from operating_models.models.waiting import WaitingLock
from search.findable import Entry, Findable

LEAD_LENGTH = 300


class TextLanguage(models.TextChoices):
    FINNISH = "fi", _("Finnish")
    SWEDISH = "sv", _("Swedish")
    ENGLISH = "en", _("English")


class Keyword(Used, TagBase):
    """A free tag of operating models (asiasana)."""

    free_tagging = True
    page_relation = "tagged_items"
    page_lookup = "tagged_items__tag"

    def is_in(self, content: Mapping[str, object]) -> bool:
        return any(item["tag"] == self.pk for item in content.get(self.page_relation, ()))

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name", "pk"]


class TaggedModel(ItemBase):
    tag = models.ForeignKey(Keyword, related_name="tagged_models", on_delete=models.CASCADE)
    content_object = ParentalKey(
        "operating_models.OperatingModelPage", related_name="tagged_items", on_delete=models.CASCADE
    )


class OperatingModelIndexPage(PresentedPage):
    """The list of all models, which is the search page and the parent of the regions."""

    lead = models.CharField(_("lead"), max_length=LEAD_LENGTH, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead")]
    copy_form_class = DraftCopyForm
    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["operating_models.RegionPage"]

    class Meta:
        verbose_name = _("list of operating models")


class StatisticsPage(PresentedPage):
    """The numbers of the knowledge base on any day. One of its tables is a file when the address asks for one."""

    intro = RichTextField(
        _("introduction"),
        blank=True,
        features=TEXT_FEATURES,
        help_text=_("What the numbers are for and who answers for them, in a few sentences."),
    )

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("statistics page")


class RegionPage(PresentedPage):
    """A region's public page and the parent of its models. Its facts stand in the region's vocabulary term."""

    region = models.OneToOneField(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="page", db_index=True
    )
    intro = RichTextField(
        _("introduction"),
        blank=True,
        features=TEXT_FEATURES,
        help_text=_("What the region develops and whom to ask. Example: In our region development work is led by …"),
    )

    content_panels = [*Page.content_panels, FieldPanel("region"), FieldPanel("intro")]
    copy_form_class = DraftCopyForm
    parent_page_types = ["operating_models.OperatingModelIndexPage"]
    subpage_types = ["operating_models.OperatingModelPage"]

    class Meta:
        verbose_name = _("region page")
        verbose_name_plural = _("region pages")

    def permissions_for_user(self, user: AbstractBaseUser) -> RegionPagePermissions:
        return RegionPagePermissions(user, self)


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
        max_length=2,
        choices=[(TextLanguage.FINNISH.value, TextLanguage.FINNISH.label), ("sv", TextLanguage.SWEDISH.label)],
        default=TextLanguage.FINNISH,
    )
    further_regions = ParentalManyToManyField(
        Region,
        verbose_name=_("other developing regions"),
        blank=True,
        related_name="operating_models",
        help_text=_(
            "Regions that developed the model together with yours. Regions that only use it report that themselves."
        ),
    )
    place = models.CharField(
        _("place of implementation"),
        max_length=200,
        blank=True,
        help_text=_("Municipality and unit. Example: Äänekoski, health centre"),
    )
    programmes = ParentalManyToManyField(
        Programme,
        verbose_name=_("programme and investment"),
        blank=True,
        related_name="operating_models",
        help_text=_("The programme in which the model was developed. Do not write it in the name of the model."),
    )
    programme_goals = ParentalManyToManyField(
        ProgrammeGoal, verbose_name=_("programme goals"), blank=True, related_name="operating_models"
    )
    project = models.ForeignKey(
        Project,
        verbose_name=_("project"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="operating_models",
    )
    funders = models.CharField(
        _("funders"),
        max_length=300,
        blank=True,
        help_text=_("Example: NextGenerationEU funding of the European Union"),
    )
    target_groups = ParentalManyToManyField(
        TargetGroup,
        verbose_name=_("target groups"),
        blank=True,
        related_name="operating_models",
        help_text=_("For whom the model is. Choose one to three. Required before publishing."),
    )
    service_classes = ParentalManyToManyField(
        ServiceClass,
        verbose_name=_("service classes"),
        blank=True,
        related_name="operating_models",
        help_text=_("The services in which the model is used. Example: home care"),
    )
    themes = ParentalManyToManyField(
        Theme,
        verbose_name=_("themes"),
        blank=True,
        related_name="operating_models",
        help_text=_("What the model is about. Choose one to three. Required before publishing."),
    )
    tags = ClusterTaggableManager(
        through=TaggedModel,
        verbose_name=_("tags"),
        blank=True,
        related_name="operating_models",
        help_text=_("Professional terms in basic form, separated by commas. Example: palveluohjaus, etävastaanotto"),
    )
    settings = ParentalManyToManyField(
        Setting,
        verbose_name=_("settings"),
        blank=True,
        related_name="operating_models",
        help_text=_("Where the client meets the service. Example: school"),
    )

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

    contact_organisation = models.CharField(
        _("owning organisation"),
        max_length=200,
        blank=True,
        help_text=_("Example: Keski-Suomen hyvinvointialue. Required before publishing."),
    )
    contact_unit = models.CharField(
        _("owning unit"),
        max_length=200,
        blank=True,
        help_text=_("A unit that stays when the project ends, never only a person. Required before publishing."),
    )
    contact_email = models.EmailField(
        _("role address"), blank=True, help_text=_("An address that several people read. Example: seniorineuvola@…")
    )
    contact_phone = models.CharField(_("telephone"), max_length=40, blank=True)
    contact_url = models.URLField(_("web address of the unit"), blank=True)

    image = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("image"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    image_alt = models.CharField(
        _("text alternative of the image"),
        max_length=250,
        blank=True,
        help_text=_("What the image tells, for those who do not see it. Example: Path of the client in five steps"),
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
        gaps = find_gaps(values, labels=self.field_labels(), is_local_version=self.is_local_version)
        return (*gaps, *find_row_gaps(self), *self._find_circle())

    @property
    def is_local_version(self) -> bool:
        """Whether it was made of another model by "apply in own region", and still is adapted from one."""
        return self.adapted_revision_id is not None and self.adapted_from_id is not None

    def _find_circle(self) -> tuple[Gap, ...]:
        """Return that the page would be adapted from itself, if it would: by what all pages say at this moment."""
        if self.adapted_from_id is None or not leads_to(self.adapted_from_id, self.pk, sources_of_all(type(self))):
            return ()
        return (Circle("adapted_from", self.field_labels()["adapted_from"], str(Tab.CONTENT)),)

    @classmethod
    def field_labels(cls) -> dict[str, str]:
        """Return the label of each field by its name, with a capital initial."""
        return {
            field.name: str(field.verbose_name)[:1].upper() + str(field.verbose_name)[1:]
            for field in cls._meta.get_fields()
            if field.concrete
        } | {"title": str(_("Name of the operating model"))}

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
