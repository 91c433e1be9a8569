; The Windows installer: for all users, start-menu entry, autostart if wanted, removal that asks about data.
;   kiosk-setup.exe [/S] [/PROFILE=folder of the station whose database an update copies and tries]
;   makensis -DVERSION=1.2.3 -DSOURCE=folder "kiosk" of the bundle -DOUT=file.exe [-DSIGN="command with %1"] kiosk.nsi
; Compiles on Linux and on Windows. With SIGN, the installer and its uninstaller are signed as they are written.

Unicode true
!include "MUI2.nsh"
!include "x64.nsh"
!include "WinVer.nsh"
!include "FileFunc.nsh"
!include "TextFunc.nsh"
!include "WordFunc.nsh"
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
!define USERS_KEY "SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
!define DATA "AppData\Local\kiosk"

Var CURRENT
Var PREVIOUS
Var STATION

Name "Kiosk ${VERSION}"
OutFile "${OUT}"
InstallDir "$PROGRAMFILES64\Kiosk"
InstallDirRegKey HKLM "${UNINSTALL_KEY}" "InstallLocation"
RequestExecutionLevel admin
ManifestSupportedOS all
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
LangString ASKDATA ${LANG_ENGLISH} "Delete the people, results and keys of the station in this folder as well? What is deleted cannot be brought back."
LangString ASKDATA ${LANG_SPANISH} "¿Eliminar también las personas, los resultados y las claves de la estación de esta carpeta? Lo eliminado no se puede recuperar."
LangString ASKDATA ${LANG_PORTUGUESEBR} "Excluir também as pessoas, os resultados e as chaves da estação desta pasta? O que for excluído não pode ser recuperado."
LangString NEWER ${LANG_ENGLISH} "A newer version is installed, which may have changed the station's data: $CURRENT. Nothing was changed."
LangString NEWER ${LANG_SPANISH} "Hay instalada una versión más nueva, que puede haber cambiado los datos de la estación: $CURRENT. No se cambió nada."
LangString NEWER ${LANG_PORTUGUESEBR} "Há uma versão mais nova instalada, que pode ter alterado os dados da estação: $CURRENT. Nada foi alterado."
LangString RUNNING ${LANG_ENGLISH} "The station is running. Close it, then try again. Nothing was changed."
LangString RUNNING ${LANG_SPANISH} "La estación está en marcha. Ciérrela e inténtelo de nuevo. No se cambió nada."
LangString RUNNING ${LANG_PORTUGUESEBR} "A estação está em execução. Feche-a e tente novamente. Nada foi alterado."

; 1 in RESULT where a program of that version runs: Windows lets nobody write to it then.
!macro RUNS RESULT FOLDER
  StrCpy ${RESULT} 0
  !insertmacro _RUNS ${RESULT} "${FOLDER}\kiosk.exe"
  !insertmacro _RUNS ${RESULT} "${FOLDER}\kioskw.exe"
!macroend
!macro _RUNS RESULT FILE
  ${If} ${FileExists} "${FILE}"
    ClearErrors
    FileOpen $9 "${FILE}" a
    ${If} ${Errors}
      StrCpy ${RESULT} 1
    ${Else}
      FileClose $9
    ${EndIf}
  ${EndIf}
!macroend

; The first line of a file of the installation, empty where there is none.
!macro READ RESULT FILE
  StrCpy ${RESULT} ""
  ${If} ${FileExists} "${FILE}"
    FileOpen $9 "${FILE}" r
    FileRead $9 ${RESULT}
    FileClose $9
    ${TrimNewLines} "${RESULT}" ${RESULT}
  ${EndIf}
!macroend

; Write a version into a pointer: by one rename, so that a power cut leaves the old one or the new one.
!macro POINT NAME TO
  FileOpen $9 "$INSTDIR\${NAME}.part" w
  FileWrite $9 "${TO}"
  FileClose $9
  System::Call 'kernel32::MoveFileExW(w "$INSTDIR\${NAME}.part", w "$INSTDIR\${NAME}.txt", i 9) i .r9'
  ${If} $9 = 0
    SetErrorLevel 3
    Abort
  ${EndIf}
!macroend

!macro STOP TEXT
  MessageBox MB_ICONSTOP|MB_OK "${TEXT}" /SD IDOK
  SetErrorLevel 3
  Abort "${TEXT}"
!macroend

; Whose database an update copies and tries: the one that was named, else the one that was written down before, else that of the only
; user of this computer who has a station. An administrator who installs is often not the one who signs in at the kiosk.
Function WriteProfile
  ${If} $STATION == ""
    ${If} ${FileExists} "$INSTDIR\profile"
      Return
    ${EndIf}
    StrCpy $0 0
    StrCpy $3 0
    ${Do}
      EnumRegKey $1 HKLM "${USERS_KEY}" $0
      ${If} $1 == ""
        ${Break}
      ${EndIf}
      ReadRegStr $2 HKLM "${USERS_KEY}\$1" "ProfileImagePath"
      ExpandEnvStrings $2 $2
      ${If} ${FileExists} "$2\${DATA}\station\*.*"
        StrCpy $STATION "$2\${DATA}\station"
        IntOp $3 $3 + 1
      ${EndIf}
      IntOp $0 $0 + 1
    ${Loop}
    ${If} $3 <> 1
      StrCpy $STATION ""
      Return
    ${EndIf}
  ${EndIf}
  ; As UTF-8, which the program reads; FileWrite would write the code page of this Windows.
  System::Alloc 4096
  Pop $1
  System::Call 'kernel32::WideCharToMultiByte(i 65001, i 0, w "$STATION", i -1, p r1, i 4096, p 0, p 0) i .r2'
  IntOp $2 $2 - 1
  FileOpen $3 "$INSTDIR\profile" w
  System::Call 'kernel32::WriteFile(p r3, p r1, i r2, *i .r4, p 0)'
  FileClose $3
  System::Free $1
FunctionEnd

Section "$(PROGRAM)" SecProgram
  SectionIn RO
  SetShellVarContext all
  !insertmacro READ $CURRENT "$INSTDIR\current.txt"
  !insertmacro READ $PREVIOUS "$INSTDIR\previous.txt"
  ${If} $CURRENT != ""
    ${VersionCompare} "$CURRENT" "${VERSION}" $0
    ${If} $0 = 1
      !insertmacro STOP "$(NEWER)"
    ${EndIf}
  ${EndIf}
  !insertmacro RUNS $0 "$INSTDIR\versions\${VERSION}"
  ${If} $0 = 1
    !insertmacro STOP "$(RUNNING)"
  ${EndIf}
  ; The new version has a folder of its own: a station of the one before goes on, and uses the new one from its next start on.
  SetOutPath "$INSTDIR\versions\${VERSION}"
  File /r "${SOURCE}\versions\${VERSION}\*.*"
  SetOutPath "$INSTDIR"
  File "${SOURCE}\kiosk.cmd"
  File "${SOURCE}\kiosk-window.vbs"
  ${If} $CURRENT != ""
  ${AndIf} $CURRENT != "${VERSION}"
    StrCpy $PREVIOUS $CURRENT
    !insertmacro POINT "previous" "$PREVIOUS"
  ${EndIf}
  !insertmacro POINT "current" "${VERSION}"
  ; The one before stays beside it; what is older goes, unless it still runs.
  FindFirst $1 $2 "$INSTDIR\versions\*.*"
  ${DoWhile} $2 != ""
    ${If} $2 != "."
    ${AndIf} $2 != ".."
    ${AndIf} $2 != "${VERSION}"
    ${AndIf} $2 != "$PREVIOUS"
      !insertmacro RUNS $0 "$INSTDIR\versions\$2"
      ${If} $0 = 0
        RMDir /r "$INSTDIR\versions\$2"
      ${EndIf}
    ${EndIf}
    FindNext $1 $2
  ${Loop}
  FindClose $1
  Call WriteProfile
  DeleteRegValue HKLM "${RUN_KEY}" "Kiosk" ; the section below writes it again where it is wanted
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

; Behind the sections, whose numbers it needs.
Function .onInit
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
    MessageBox MB_ICONSTOP|MB_OK "$(NEEDS64)" /SD IDOK
    SetErrorLevel 3
    Abort
  ${EndIf}
  SetRegView 64
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/PROFILE=" $STATION
  ReadRegStr $0 HKLM "${RUN_KEY}" "Kiosk"
  ${If} $0 != "" ; an upgrade begins with what was chosen before
    SectionGetFlags ${SecAutostart} $1
    IntOp $1 $1 | ${SF_SELECTED}
    SectionSetFlags ${SecAutostart} $1
  ${EndIf}
FunctionEnd

Function un.onInit
  SetRegView 64
FunctionEnd

Section "Uninstall"
  SetShellVarContext all
  FindFirst $1 $2 "$INSTDIR\versions\*.*"
  ${DoWhile} $2 != ""
    !insertmacro RUNS $0 "$INSTDIR\versions\$2"
    ${If} $0 = 1
      FindClose $1
      !insertmacro STOP "$(RUNNING)"
    ${EndIf}
    FindNext $1 $2
  ${Loop}
  FindClose $1
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
  ; Data belongs to the users of this computer, who are seldom the one who removes programs. A silent removal keeps all of it.
  StrCpy $0 0
  ${Do}
    EnumRegKey $1 HKLM "${USERS_KEY}" $0
    ${If} $1 == ""
      ${Break}
    ${EndIf}
    ReadRegStr $2 HKLM "${USERS_KEY}\$1" "ProfileImagePath"
    ExpandEnvStrings $2 $2
    ${If} ${FileExists} "$2\${DATA}\*.*"
      MessageBox MB_ICONQUESTION|MB_YESNO|MB_DEFBUTTON2 "$(ASKDATA)$\r$\n$2\${DATA}" /SD IDNO IDNO +2
      RMDir /r "$2\${DATA}"
    ${EndIf}
    IntOp $0 $0 + 1
  ${Loop}
SectionEnd
