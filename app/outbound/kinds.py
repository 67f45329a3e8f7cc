"""From a channel's block of the rule file to its kind, with the secrets that it names."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import SecretStr

from app.outbound.kind import Kind
from app.outbound.mattermost import Mattermost
from app.outbound.slack import SlackWebhook
from app.outbound.slack_bot import SlackBot
from app.outbound.teams import Teams
from app.outbound.webhook import Webhook
from app.rules.model import Channel

SLACK_API = "https://slack.com/api"
"""GovSlack has another one: https://slack-gov.com/api"""

Secret = Callable[[str], SecretStr | None]
"""A secret by its variable's name; None where it is not set."""

_HOLDS = {
    "slack": "the address of its Slack webhook",
    "slack_bot": "the token of its Slack bot",
    "mattermost": "the address of its Mattermost webhook",
    "teams": "the address of its Teams workflow",
    "webhook": "its address",
    "signing": "its signing token",
}


class NotSet(Exception):
    """A secret that the channel needs is not there, or is none; the message says what to set."""


def kind_of(channel: Channel, secret: Secret, *, slack_api: str = SLACK_API) -> Kind:
    """Raises NotSet."""
    found: dict[str, SecretStr] = {}
    for path, variable in channel.variables().items():
        value = secret(variable)
        if value is None:
            raise NotSet(f"set {variable} to {_HOLDS[path[0]]}")
        found[path[0]] = value
    variables = {path[0]: variable for path, variable in channel.variables().items()}
    if channel.slack_bot is not None:
        return SlackBot(found["slack_bot"], variables["slack_bot"], channel=channel.slack_bot.channel, api=slack_api)
    if "slack" in found:
        return SlackWebhook(found["slack"], variables["slack"])
    if "mattermost" in found:
        return Mattermost(found["mattermost"], variables["mattermost"])
    if "teams" in found:
        return Teams(found["teams"], variables["teams"])
    try:
        return Webhook(found["webhook"], variables["webhook"], signing=found.get("signing"))
    except ValueError as error:
        raise NotSet(f"what {variables['signing']} holds is not right: {error}") from None
