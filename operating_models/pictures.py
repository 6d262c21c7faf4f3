"""Uploaded pictures: files whose names nobody can guess, and public sizes that hold nothing beside the picture.

Files of pictures are served without a check, so what hides the picture of a draft is its name. Wagtail names each
public size (rendition) after the original, so that a random part of the original's name is in all of them.
"""

from __future__ import annotations

import logging
import re
from pathlib import PurePosixPath

from django.core.files.storage import FileSystemStorage
from django.db import transaction
from django.utils.crypto import get_random_string
from PIL import ImageOps
from wagtail.images import get_image_model
from willow.plugins.pillow import PillowImage
from willow.registry import registry

logger = logging.getLogger(__name__)

ORIGINALS = "original_images"
"""Wagtail's folder of the files as they were uploaded, which no proxy may serve."""

RANDOM = 22
"""Letters and digits; more than 128 bits. They stand first, because Wagtail cuts the end of a long name."""

HIDDEN_NAME = re.compile(rf"{ORIGINALS}/[A-Za-z0-9]{{{RANDOM}}}-")


class UnguessablePictures(FileSystemStorage):
    """Keeps uploaded files in the file system, pictures under names that begin with something random."""

    def generate_filename(self, filename: str) -> str:
        path = PurePosixPath(super().generate_filename(filename))
        if path.parent.name != ORIGINALS:
            return str(path)
        return str(path.with_name(f"{get_random_string(RANDOM)}-{path.name}"))


def hide_names() -> None:
    """Give an unguessable name to each picture that has none, and delete its public sizes.

    They are made anew for the next reader. A picture whose file is missing is left as it is.
    """
    for image in get_image_model().objects.exclude(file__regex=rf"^{HIDDEN_NAME.pattern}").order_by("pk"):
        storage, old = image.file.storage, image.file.name
        try:
            content = storage.open(old)
        except OSError as error:
            logger.warning("The file of picture %s cannot be renamed: %s", image.pk, error)
            continue
        with content, transaction.atomic():
            image.file.save(PurePosixPath(old).name, content, save=False)
            type(image).objects.filter(pk=image.pk).update(file=image.file.name)
            image.renditions.all().delete()
            transaction.on_commit(lambda storage=storage, old=old: storage.delete(old))


DRAWN = ("icc_profile", "transparency", "background", "gamma", "duration", "loop", "disposal")
"""What Pillow knows of a file that is needed to draw it. All else (camera, place, comments) is not written again."""


def orient_and_forget(picture: PillowImage) -> PillowImage:
    """Turn a picture as its camera was held, and forget what the file says beside the picture.

    Stands for Willow's own ``auto_orient`` (Willow 1.12), with which Wagtail begins each rendition.
    """
    image = ImageOps.exif_transpose(picture.image)
    image.info = {name: value for name, value in image.info.items() if name in DRAWN}
    return PillowImage(image)


def assign() -> None:
    """Put our operation in the place of Willow's; called when the application is ready."""
    registry.register_operation(PillowImage, "auto_orient", orient_and_forget)
