"""Into how many batches a job is cut."""

from imports.delivery.sizing import MIN_CONTACTS, batch_size

LARGEST = 10_000


def test_it_takes_all_slots_at_once():
    assert batch_size(125_000, 25, LARGEST, None) == 5_000


def test_it_does_not_send_crumbs():
    assert batch_size(3_000, 25, LARGEST, None) == MIN_CONTACTS


def test_it_never_makes_a_batch_larger_than_the_setting():
    assert batch_size(2_000_000, 25, LARGEST, None) == LARGEST
    assert batch_size(2_000_000, 25, LARGEST, 5) == LARGEST
    assert batch_size(100, 25, 10, None) == 10


def test_it_makes_fewer_batches_where_calls_are_scarce():
    plenty, scarce = batch_size(100_000, 25, LARGEST, 6_000), batch_size(100_000, 25, LARGEST, 35)

    assert plenty == 4_000
    assert scarce > plenty
    assert 100_000 / scarce * 4 <= 35 * 2  # calls: four a batch, two minutes' worth at most


def test_it_counts_on_the_slots_that_are_ours():
    assert batch_size(40_000, 5, LARGEST, None) == 8_000
