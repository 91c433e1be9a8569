' The start menu and autostart entries, and the shell of a kiosk: the station's window without a console behind it. Which version it is
' stands in current.txt. What stands behind the script's name goes to "kiosk run". Ends when the station ends, with its status: whoever
' started the script (Shell Launcher) would take an earlier end for the station's.
Option Explicit
Dim files, shell, root, version, given, options
Set files = CreateObject("Scripting.FileSystemObject")
Set shell = CreateObject("WScript.Shell")
root = files.GetParentFolderName(WScript.ScriptFullName)
version = Trim(files.OpenTextFile(root & "\current.txt", 1).ReadLine())
If Not files.FileExists(root & "\versions\" & version & "\kioskw.exe") Then
    version = Trim(files.OpenTextFile(root & "\previous.txt", 1).ReadLine())
End If
options = ""
For Each given In WScript.Arguments
    options = options & " """ & given & """"
Next
WScript.Quit shell.Run("""" & root & "\versions\" & version & "\kioskw.exe"" run" & options, 1, True)
