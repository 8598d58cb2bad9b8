"""PostgreSQL: tables, the unit of work, a module per aggregate, the migrations. The only importer of SQLAlchemy."""
