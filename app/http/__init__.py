"""What both HTTP rooms share: who asks, whether they may, limits, and how a refusal is told.

Lives here: sessions of people, permits, CSRF, request identity. Never here: a page,
a wire shape, SQL, a rule of the domain.
"""
