; The Windows installer: for all users, start-menu entry, autostart if wanted, removal that asks about data.
;   makensis -DVERSION=1.2.3 -DSOURCE=folder "kiosk" of the bundle -DOUT=file.exe [-DSIGN="command with %1"] kiosk.nsi
; Compiles on Linux and on Windows. With SIGN, the installer and its uninstaller are signed as they are written.

Unicode true
!include "MUI2.nsh"
!include "x64.nsh"
!include "FileFunc.nsh"
!include "LogicLib.nsh"

!ifndef VERSION
  !error "VERSION is missing"
!endif
!ifndef SOURCE
  !error "SOURCE is missing"
!endif
!ifndef OUT
  !define OUT "kiosk-${VERSION}-setup.exe"
!endif
!ifdef SIGN
  !finalize '${SIGN}' = 0
  !uninstfinalize '${SIGN}' = 0
!endif

!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Kiosk"
!define RUN_KEY "Software\Microsoft\Windows\CurrentVersion\Run"

Name "Kiosk ${VERSION}"
OutFile "${OUT}"
InstallDir "$PROGRAMFILES64\Kiosk"
InstallDirRegKey HKLM "${UNINSTALL_KEY}" "InstallLocation"
RequestExecutionLevel admin
SetCompressor /SOLID lzma
SetDateSave off
ShowInstDetails nevershow
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "Kiosk"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Kiosk: enrolment desk and access door"
VIAddVersionKey "LegalCopyright" "Apache-2.0"

!define MUI_ICON "${SOURCE}\versions\${VERSION}\pictures\kiosk.ico"
!define MUI_UNICON "${SOURCE}\versions\${VERSION}\pictures\kiosk.ico"
!define MUI_ABORTWARNING
!insertmacro MUI_PAGE_LICENSE "${SOURCE}\versions\${VERSION}\licenses\LICENSE-kiosk.txt"
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "Spanish"
!insertmacro MUI_LANGUAGE "PortugueseBR"

LangString PROGRAM ${LANG_ENGLISH} "Program"
LangString PROGRAM ${LANG_SPANISH} "Programa"
LangString PROGRAM ${LANG_PORTUGUESEBR} "Programa"
LangString MENU ${LANG_ENGLISH} "Start menu entry"
LangString MENU ${LANG_SPANISH} "Entrada en el menú Inicio"
LangString MENU ${LANG_PORTUGUESEBR} "Entrada no menu Iniciar"
LangString AUTOSTART ${LANG_ENGLISH} "Start when somebody signs in"
LangString AUTOSTART ${LANG_SPANISH} "Iniciar cuando alguien inicie sesión"
LangString AUTOSTART ${LANG_PORTUGUESEBR} "Iniciar quando alguém entrar"
LangString NEEDS64 ${LANG_ENGLISH} "Kiosk needs 64-bit Windows 10 or newer."
LangString NEEDS64 ${LANG_SPANISH} "Kiosk necesita Windows 10 de 64 bits o posterior."
LangString NEEDS64 ${LANG_PORTUGUESEBR} "O Kiosk precisa do Windows 10 de 64 bits ou mais novo."
LangString ASKDATA ${LANG_ENGLISH} "Delete the people, results and keys of this user's station as well? What is deleted cannot be brought back."
LangString ASKDATA ${LANG_SPANISH} "¿Eliminar también las personas, los resultados y las claves de la estación de este usuario? Lo eliminado no se puede recuperar."
LangString ASKDATA ${LANG_PORTUGUESEBR} "Excluir também as pessoas, os resultados e as chaves da estação deste usuário? O que for excluído não pode ser recuperado."

Function .onInit
  ${IfNot} ${RunningX64}
    MessageBox MB_ICONSTOP|MB_OK "$(NEEDS64)" /SD IDOK
    SetErrorLevel 3
    Abort
  ${EndIf}
  SetRegView 64
FunctionEnd

Section "$(PROGRAM)" SecProgram
  SectionIn RO
  SetShellVarContext all
  ; The new version has a folder of its own. The one before stays beside it until the next change.
  SetOutPath "$INSTDIR\versions\${VERSION}"
  File /r "${SOURCE}\versions\${VERSION}\*.*"
  SetOutPath "$INSTDIR"
  File "${SOURCE}\kiosk.cmd"
  File "${SOURCE}\kiosk-window.vbs"
  ${If} ${FileExists} "$INSTDIR\current.txt"
    CopyFiles /SILENT "$INSTDIR\current.txt" "$INSTDIR\previous.txt"
  ${EndIf}
  FileOpen $0 "$INSTDIR\current.part" w
  FileWrite $0 "${VERSION}"
  FileClose $0
  System::Call 'kernel32::MoveFileExW(w "$INSTDIR\current.part", w "$INSTDIR\current.txt", i 9) i .r1'
  ${If} $1 = 0
    SetErrorLevel 3
    Abort
  ${EndIf}
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayName" "Kiosk"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\versions\${VERSION}\pictures\kiosk.ico"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKLM "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKLM "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKLM "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKLM "${UNINSTALL_KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKLM "${UNINSTALL_KEY}" "EstimatedSize" $0
SectionEnd

Section "$(MENU)" SecMenu
  SetShellVarContext all
  CreateDirectory "$SMPROGRAMS\Kiosk"
  CreateShortCut "$SMPROGRAMS\Kiosk\Kiosk.lnk" "$SYSDIR\wscript.exe" '"$INSTDIR\kiosk-window.vbs"' "$INSTDIR\versions\${VERSION}\pictures\kiosk.ico"
SectionEnd

Section /o "$(AUTOSTART)" SecAutostart
  WriteRegStr HKLM "${RUN_KEY}" "Kiosk" '"$SYSDIR\wscript.exe" "$INSTDIR\kiosk-window.vbs" --supervised --fullscreen'
SectionEnd

Function un.onInit
  SetRegView 64
FunctionEnd

Section "Uninstall"
  SetShellVarContext all
  DeleteRegValue HKLM "${RUN_KEY}" "Kiosk"
  Delete "$SMPROGRAMS\Kiosk\Kiosk.lnk"
  RMDir "$SMPROGRAMS\Kiosk"
  RMDir /r "$INSTDIR\versions"
  RMDir /r "$INSTDIR\update"
  Delete "$INSTDIR\kiosk.cmd"
  Delete "$INSTDIR\kiosk-window.vbs"
  Delete "$INSTDIR\current.txt"
  Delete "$INSTDIR\previous.txt"
  Delete "$INSTDIR\profile"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  DeleteRegKey HKLM "${UNINSTALL_KEY}"
  ; Data belongs to the user. A silent removal keeps it.
  SetShellVarContext current
  ${If} ${FileExists} "$LOCALAPPDATA\kiosk\*.*"
    MessageBox MB_ICONQUESTION|MB_YESNO|MB_DEFBUTTON2 "$(ASKDATA)" /SD IDNO IDNO keep
    RMDir /r "$LOCALAPPDATA\kiosk"
    keep:
  ${EndIf}
SectionEnd
