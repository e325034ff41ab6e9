"""The first look at a message: whether it certainly breaks no rule, told by libxslt.

::

    look          libxslt, which takes it
    stylesheet    the rules of a file as an XSLT 1.0 stylesheet that is silent where all is well
    sufficient    XPath 3 in, a condition of XPath 1.0 out that is enough for it
    functions     what functions of XPath make of what they are given
    comparisons   numbers, nodes and texts beside each other
    kinds         what an expression can be

Nearly every message that is right is found to be so in half the time that SaxonC needs, and without
its thread. Where the first look is not certain, it says nothing, and SaxonC judges: a verdict
against a message is never its own. Rules that nothing can be promised of have none.
"""
