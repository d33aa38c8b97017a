"""The split of scikit-learn's digits that every network on them shares."""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

SPLIT_SEED = 1998  # the year of the data set
TEST_IMAGES = 400


def split():
    """Training images, test images (8x8x1, 0 to 16), and their labels.

    Stratified by digit and seeded: 1,397 to train with and 400 to test with.
    """
    digits = load_digits()
    return train_test_split(
        digits.images.astype(np.uint8)[..., None],
        digits.target.astype(np.uint8),
        test_size=TEST_IMAGES,
        stratify=digits.target,
        random_state=SPLIT_SEED,
    )
