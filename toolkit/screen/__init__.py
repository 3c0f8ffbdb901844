"""What stands on the screen: forms, charts that live, labs, questions, and their builder."""
