"""What people read for urgencies and proofs."""

from collections.abc import Mapping
from typing import Final

from property.categories.models import Proof, Urgency

URGENCY_NAMES: Final[Mapping[Urgency, str]] = {
    Urgency.CRITICAL: "特急",
    Urgency.URGENT: "紧急",
    Urgency.ORDINARY: "一般",
}
PROOF_NAMES: Final[Mapping[Proof, str]] = {
    Proof.NONE: "不要求",
    Proof.PHOTO: "照片",
    Proof.SIGNATURE: "签字",
    Proof.EITHER: "照片或签字",
    Proof.BOTH: "照片和签字",
}
