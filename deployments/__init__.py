"""How Redress runs: the engine, the worker, the gateway, the command, deployments and automations."""
