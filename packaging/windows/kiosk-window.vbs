' The start menu and autostart entries: the station's window without a console behind it. Which version it is stands in current.txt.
Option Explicit
Dim files, shell, root, version
Set files = CreateObject("Scripting.FileSystemObject")
Set shell = CreateObject("WScript.Shell")
root = files.GetParentFolderName(WScript.ScriptFullName)
version = Trim(files.OpenTextFile(root & "\current.txt", 1).ReadLine())
If Not files.FileExists(root & "\versions\" & version & "\kioskw.exe") Then
    version = Trim(files.OpenTextFile(root & "\previous.txt", 1).ReadLine())
End If
shell.Run """" & root & "\versions\" & version & "\kioskw.exe"" run", 1, False
