"""What is kept in the repository under source/ and release/ is what a build of course/ gives."""

from __future__ import annotations

import pytest
from built_course import built_real_course, files_in
from course_project import PROJECT


@pytest.mark.parametrize("step", ["source", "release"])
def test_the_generated_files_are_up_to_date(tmp_path_factory, step):
    made, kept = files_in(built_real_course(tmp_path_factory) / step), files_in(PROJECT / step)
    stale = sorted(name for name in made.keys() | kept.keys() if made.get(name) != kept.get(name))

    assert stale == [], f"run: peercourse build, then keep what it changes in {step}/"


def test_the_map_of_what_is_taught_and_asked_is_up_to_date(tmp_path_factory):
    made, kept = (project / "docs" / "coverage.md" for project in (built_real_course(tmp_path_factory), PROJECT))

    assert made.exists() == kept.exists()
    assert not made.exists() or made.read_bytes() == kept.read_bytes(), "run: peercourse build, then keep docs/"
