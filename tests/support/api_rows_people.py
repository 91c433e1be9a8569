"""Representative calls of sign-in, people, validations, faces, collections, credits and account. Tests only."""

from __future__ import annotations

from support.api_recorder import ID, LIVENESS, LOGIN, PICTURE, REGISTRATION, UUID, WHEN, Given, given

from kiosk.api.models.biometric_validations import BiometricAppRegistrationRequest, BiometricValidationCreate
from kiosk.api.models.collections import CollectionInput, CollectionUpdate, Member, MovePeople
from kiosk.api.models.detection import DetectRequestCurrent, DetectRequestLegacy
from kiosk.api.models.face import (
    CompareLiveRequest,
    CompareRequest,
    CompareWithLivenessRequest,
    FaceVerifyRequest,
    LivenessRequest,
    SearchActiveUserRequest,
    SearchCropsRequest,
    SearchLiveFaceRequest,
    SearchRequest,
)
from kiosk.api.models.persons import PersonCreate, PersonCreateWithLiveness, PersonUpdate
from kiosk.api.models.seed_persons import SeedFaceInput, SeedPersonCreate, SeedPersonCreateWithLiveness
from kiosk.api.models.values import Gender, OperatingSystem, SearchMode
from kiosk.domain.record import ValidationType

_SEED = SeedPersonCreate(
    first_name="Ana",
    last_name="Prueba",
    email="ana@example.com",
    phone="+573000000000",
    date_of_birth="1991-02-03",
    document_type="passport",
    document_number="X0000000",
)
_SESSION = BiometricValidationCreate(project=ID, project_flow=ID, identifier="mark", type=ValidationType.LOGIN)
_LIVENESS = LivenessRequest(os=OperatingSystem.DESKTOP, image=PICTURE)
_PAGED = {"page": 2, "limit": 50}
_PER_PAGE = {"page": 2, "per_page": 50}

PEOPLE: dict[str, tuple[Given, ...]] = {
    "account.retrieve": (given(), given(populates=("person",))),
    "account.update": (given(ID, {"name": "Sample"}),),
    "auth.confirm_email_code": (given("kiosk@example.com", "000000"),),
    "auth.confirm_phone_code": (given("+57", "3000000000", "000000"),),
    "auth.project_login": (given(LOGIN),),
    "auth.read_session": (given(), given(origin="app")),
    "auth.renew": (given(), given(months=2)),
    "auth.renew_and_revoke": (given(),),
    "auth.send_email_code": (given("kiosk@example.com"),),
    "auth.send_phone_code": (given("+57", "3000000000"),),
    "auth.session": (given(),),
    "biometric_validations.create": (
        given(_SESSION),
        given(
            BiometricValidationCreate(
                project=ID,
                project_flow=ID,
                identifier="mark",
                type=ValidationType.ONE_TIME_LINK,
                expires_at=WHEN,
                redirect_url="https://kiosk.example/cb",
                webhook_url="https://kiosk.example/hook",
                requires_2fa=True,
                ip_address="192.0.2.10",
                send_via_email=True,
                email="ana@example.com",
                language="es",
                location={"latitude": 1.0},
            )
        ),
    ),
    "biometric_validations.create_for_login": (given(LOGIN, _SESSION),),
    "biometric_validations.create_for_registration": (
        given(REGISTRATION, BiometricAppRegistrationRequest(image=PICTURE, os=OperatingSystem.DESKTOP, force=True)),
    ),
    "biometric_validations.create_session": (given({"project": ID}),),
    "biometric_validations.delete": (given(ID), given(ID, token=REGISTRATION)),
    "biometric_validations.list": (
        given(),
        given(
            **_PER_PAGE,
            offset=0,
            sort="-createdAt",
            populates=("livenessSession",),
            client=ID,
            status="validated",
            validation_type=ValidationType.LOGIN,
            liveness_session=ID,
            statuses=("new", "failed"),
            created_after=WHEN,
        ),
    ),
    "biometric_validations.retrieve": (given(ID), given(ID, populates=("livenessSession",))),
    "biometric_validations.validate": (
        given(LIVENESS, PICTURE),
        given(LIVENESS, b"\xff\xd8\xff" + b"x" * 90, os=OperatingSystem.ANDROID, location={"latitude": 1.0}),
        given(LIVENESS, PICTURE, os=None),
    ),
    "collections.create": (given(CollectionInput(name="Front desk", description="People")),),
    "collections.delete": (given(ID),),
    "collections.list": (given(), given(**_PAGED, sort="-createdAt", like_name="Front", codes=(UUID,))),
    "collections.move_people": (given(MovePeople(from_collection=ID, to_collection=ID, people_ids=(ID,))),),
    "collections.retrieve": (given(ID),),
    "collections.update": (
        given(ID, CollectionUpdate(name="Front desk")),
        given(ID, CollectionUpdate(name="Front", description="d", project=ID, people=(Member(id=ID),))),
    ),
    "credits.list": (
        given(),
        given(**_PER_PAGE, populates=("client",), status="approved", category="usage", client=ID),
    ),
    "credits.retrieve": (given(ID), given(ID, populates=("client",))),
    "face.compare": (
        given(CompareRequest(probe=(PICTURE,), gallery=(PICTURE,))),
        given(
            CompareRequest(
                probe=PICTURE,
                gallery=(PICTURE,),
                search_mode=SearchMode.FAST,
                compare_min_score=0.85,
                os=OperatingSystem.DESKTOP,
                crop_face=False,
            )
        ),
    ),
    "face.compare_live": (
        given(
            CompareLiveRequest(probe=PICTURE, gallery=(PICTURE,), os=OperatingSystem.DESKTOP, liveness_min_score=0.65)
        ),
    ),
    "face.compare_registration": (given(REGISTRATION),),
    "face.compare_with_liveness": (given(CompareWithLivenessRequest(probe=PICTURE, gallery=(PICTURE,))),),
    "face.detect": (
        given(DetectRequestCurrent(image=PICTURE, return_landmarks=True)),
        given(DetectRequestLegacy(image=PICTURE, min_score=0.8, search_mode=SearchMode.FAST, collection_id=UUID)),
    ),
    "face.liveness": (
        given(_LIVENESS),
        given(LivenessRequest(os=OperatingSystem.DESKTOP, image=PICTURE, collection_id=UUID, liveness_min_score=0.6)),
    ),
    "face.liveness_score": (given(_LIVENESS),),
    "face.search": (
        given(SearchRequest(images=(PICTURE,), min_score=0.8, search_mode=SearchMode.ACCURATE, max_results=5)),
    ),
    "face.search_active_user": (
        given(
            SearchActiveUserRequest(
                image=PICTURE, os=OperatingSystem.DESKTOP, min_score=0.85, search_mode=SearchMode.FAST
            )
        ),
    ),
    "face.search_crops": (
        given(SearchCropsRequest(images=(PICTURE,), min_score=0.8, search_mode=SearchMode.FAST, collection_id=UUID)),
    ),
    "face.search_live": (
        given(
            SearchLiveFaceRequest(
                image=PICTURE,
                os=OperatingSystem.DESKTOP,
                liveness_min_score=0.6,
                min_score=0.85,
                search_mode=SearchMode.FAST,
            )
        ),
    ),
    "face.verify": (given(FaceVerifyRequest(id=ID, images=(PICTURE,), min_score=0.85, search_mode=SearchMode.FAST)),),
    "persons.create": (
        given(PersonCreate(name="Ana Prueba", images=(PICTURE,))),
        given(
            PersonCreate(
                name="Ana Prueba",
                images=(PICTURE, PICTURE),
                gender=Gender.F,
                date_of_birth="1991-02-03",
                nationality="Colombia",
                collections=(ID,),
                notes="n",
                email="ana@example.com",
                phone="3000000000",
            )
        ),
    ),
    "persons.create_with_liveness": (
        given(
            PersonCreateWithLiveness(
                name="Ana Prueba",
                images=(PICTURE,),
                gender=Gender.F,
                date_of_birth="1991-02-03T00:00:00.000Z",
                collection_id=ID,
                liveness_min_score=0.6,
                min_score=0.85,
                search_mode=SearchMode.FAST,
            )
        ),
    ),
    "persons.delete": (given(ID), given(ID, collection=ID)),
    "persons.list": (
        given(),
        given(
            **_PAGED,
            offset=10,
            sort="name",
            populates=("collections",),
            collection=ID,
            status="active",
            like_name="Ana",
            search="Ana",
            sort_by="name",
            sort_order="asc",
        ),
    ),
    "persons.list_by_project_type": (given("onboarding"), given("onboarding", **_PAGED, sort="name")),
    "persons.lookup": (given("Ana"), given("Ana", date_of_birth="1991-02-03", **_PAGED)),
    "persons.retrieve": (given(ID), given(ID, populates=("collections",))),
    "persons.search_by_project_type": (given("onboarding", {"name": "Ana"}),),
    "persons.update": (given(ID, PersonUpdate(name="Ana Prueba", images=(PICTURE,), collections=(ID,))),),
    "seed_persons.create": (given(_SEED),),
    "seed_persons.create_with_liveness": (
        given(
            SeedPersonCreateWithLiveness(
                first_name="Ana", biometric_data=SeedFaceInput(face_image=PICTURE, liveness_detection=True)
            )
        ),
    ),
    "seed_persons.delete": (given(ID),),
    "seed_persons.list": (given(), given(**_PAGED, sort="-createdAt", populates=("client",))),
    "seed_persons.retrieve": (given(ID),),
    "seed_persons.update": (given(ID, _SEED),),
}
