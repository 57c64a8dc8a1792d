"""The practice exam: drawn by a blueprint, kept in the learner's own log, read out as a study plan."""
