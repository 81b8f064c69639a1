"""sysmon: a system monitor that shows, keeps and shares what a machine does."""

__version__ = "0.1.0"
