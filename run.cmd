@echo off
rem What "make run" does, for a Windows computer: double-click it.
cd /d "%~dp0"
py -3 -m tools.run %*
if errorlevel 1 pause
