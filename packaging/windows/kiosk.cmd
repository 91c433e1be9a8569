@echo off
rem Starts the version of the program that current.txt names; where that one is not there, the one before it.
setlocal
set "root=%~dp0"
set "version="
if exist "%root%current.txt" set /p version=<"%root%current.txt"
if not exist "%root%versions\%version%\kiosk.exe" (
    if exist "%root%previous.txt" set /p version=<"%root%previous.txt"
)
if not exist "%root%versions\%version%\kiosk.exe" (
    echo kiosk: no version of the program is in %root%; install it again 1>&2
    exit /b 3
)
"%root%versions\%version%\kiosk.exe" %*
exit /b %errorlevel%
