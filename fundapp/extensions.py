"""The Flask extensions every room shares, made once and bound to an app in `create_app`."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import BigInteger, Date, DateTime, Interval, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, registry

CONSTRAINT_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every table shares: constraint names, and PostgreSQL types for Python annotations.

    An `int` is a bigint (ids and pence), a `datetime` is an aware UTC instant, a `dict` is JSONB.
    """

    registry = registry(
        metadata=MetaData(naming_convention=CONSTRAINT_NAMES),
        type_annotation_map={
            int: BigInteger,
            str: Text,
            date: Date,
            datetime: DateTime(timezone=True),
            timedelta: Interval,
            dict[str, Any]: JSONB,
            list[Any]: JSONB,
        },
    )


db = SQLAlchemy(model_class=Base)
login_manager = LoginManager()
csrf = CSRFProtect()

# Flask-SQLAlchemy builds `db.Model` from `Base` at run time; a type checker reads `Base` itself.
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model
