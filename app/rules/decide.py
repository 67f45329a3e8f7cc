"""decide: what one change of one item asks for, by the rule file. Pure: the same input gives the same Decision.

Besides the rules' own ``do`` lists, the board itself asks for four kinds of step. Their handlers take exactly these
parameters (``mention`` is a username without ``@``, or empty when it is not known who it was):

``restore_stage``
    ``{"to": stage, "refused": stage}``: put the card back. ``Open`` is no label.
``comment``
    ``{"template": "move_refused", "with": {"origin", "target", "unmet", "because", "mention"}}`` after a
    ``restore_stage``, and the same with template ``move_warned`` for a move that stands. ``unmet`` is a list of
    ``{"what": what to do, "because": why}``, perhaps empty; ``because`` is one sentence.
    ``{"template": "reminder", "with": {"who", "says", "stage", "since"}}`` when a reminder came due: ``who`` is a list
    of usernames or group paths without ``@``, ``since`` an ISO time or empty.
``remind``
    ``{"name", "after", "who", "says", "then", "then_who"}``: set the timer ``name`` to ``after`` from now and, where
    ``then`` is not None, the timer ``name + "/then"`` to ``then`` from now. ``after`` and ``then`` are lengths of time
    as in the rule file. Or ``{"cancel": "stage/*"}``: forget the timers of the stage that was left.
    ``name`` is ``stage/<stage>/<number>``.
``label``
    ``{"add": [...], "remove": [...]}``: a label in an old or wrong spelling is swapped for the one of the rule file; a
    second stage label is taken off where GitLab's tier does not do it.
"""
