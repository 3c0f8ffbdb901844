"""What stands on the screen: forms, charts that live, labs, questions, and their builder.

From a moved slider to the chart: ``change`` (form.js) sets ``Form.value``; `Lab._changed` draws,
or takes what it keeps; the builder's ``draw`` asks the lesson's function for facts
(`builder.LessonPart.facts`) and words them (`builder.LessonPart.figure`, then `toolkit.charts`);
`LiveChart.show` sends data, title and words; ``View`` (live.js) has ``Picture`` (picture.js) draw
them. A neighbouring step that was sent ahead is shown by live.js at once, without Python.
"""
