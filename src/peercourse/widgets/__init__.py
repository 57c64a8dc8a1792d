"""What a learner sees and touches: one room for the widgets and the calls that show them."""
