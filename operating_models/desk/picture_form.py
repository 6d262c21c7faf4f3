"""The form of a picture, by which it is uploaded, chosen or replaced: a damaged file is refused with a message."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageSequence
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm


class WholePictureField(WagtailImageField):
    """Takes a file whose every frame can be drawn. Wagtail looks at its beginning, and fails when it draws it."""

    def to_python(self, data: UploadedFile | None) -> UploadedFile | None:
        try:
            file = super().to_python(data)
            if file is not None:
                _draw(file)
        except ValidationError:
            raise
        except Exception as error:
            # Decoders of damaged files fail in their own ways.
            raise ValidationError(self.error_messages["invalid_image"], code="invalid_image") from error
        return file


def _draw(file: UploadedFile) -> None:
    """Decode every frame. Their pixels together have been compared with WAGTAILIMAGES_MAX_IMAGE_PIXELS before."""
    file.seek(0)
    with Image.open(file) as picture:
        for frame in ImageSequence.Iterator(picture):
            frame.load()
    file.seek(0)


class PictureForm(BaseImageForm):
    file = WholePictureField(label=_("File"), widget=BaseImageForm.Meta.widgets["file"])
