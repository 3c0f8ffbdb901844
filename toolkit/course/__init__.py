"""What runs any lesson: a notebook calls `lesson`, `exercises` or `desk`, and nothing else."""

from toolkit.course.exercises import Exercises, exercises
from toolkit.course.lesson import Lesson, lesson
from toolkit.course.my_record import desk
