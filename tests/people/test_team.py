"""Teams: which mailboxes somebody may not know of."""

from sqlalchemy.orm import Session

from supportbox.inbox.mailbox import Mailbox
from supportbox.people.team import Team, TeamAgent, TeamMailbox, hidden_mailboxes
from tests.conftest import NOW, People


def test_a_mailbox_of_no_team_is_everybodys(session: Session, people: People) -> None:
    assert hidden_mailboxes(session.connection(), people.ben.id, "agent") == frozenset()


def test_a_teams_mailbox_is_its_peoples_and_the_managers(session: Session, people: People) -> None:
    ada, ben = people.ada.id, people.ben.id
    returns = Mailbox(address="returns@shop.example", name="Returns", created_at=NOW)
    team = Team(name="Returns")
    session.add_all([returns, team])
    session.flush()
    session.add(TeamMailbox(team_id=team.id, mailbox_id=returns.id))
    session.flush()
    assert hidden_mailboxes(session.connection(), ben, "agent") == {returns.id}
    assert hidden_mailboxes(session.connection(), ada, "admin") == frozenset()
    session.add(TeamAgent(team_id=team.id, agent_id=ben))
    session.flush()
    assert hidden_mailboxes(session.connection(), ben, "light") == frozenset()


def test_one_of_two_teams_is_enough(session: Session, people: People) -> None:
    first, second = Team(name="First"), Team(name="Second")
    session.add_all([first, second])
    session.flush()
    box = people.support.id
    session.add_all([TeamMailbox(team_id=first.id, mailbox_id=box), TeamMailbox(team_id=second.id, mailbox_id=box)])
    session.add(TeamAgent(team_id=second.id, agent_id=people.ben.id))
    session.flush()
    assert hidden_mailboxes(session.connection(), people.ben.id, "agent") == frozenset()
