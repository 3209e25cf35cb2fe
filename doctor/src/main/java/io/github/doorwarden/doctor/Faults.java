package io.github.doorwarden.doctor;

import java.util.List;

/// Every fault that the doctor knows, in the order in which clients meet them. Each is written beside the probe that
/// finds it.
public final class Faults {

    private static final List<Fault> ALL = List.of(
            AddressProbes.UNREACHABLE, AddressProbes.TLS_NOT_TRUSTED, AddressProbes.PLAIN_HTTP, AddressProbes.LOOPBACK,
            AddressProbes.REDIRECTED_WITHOUT_BODY, AddressProbes.REDIRECTED_ELSEWHERE, AddressProbes.REDIRECTED,
            AddressProbes.SLASH_REDIRECTED, AddressProbes.SLASH_NOT_SERVED, AddressProbes.BOT_WALL,
            AddressProbes.CLIENT_BLOCKED, AddressProbes.CLOCK_SKEW,
            ChallengeProbes.HOST_REFUSED, ChallengeProbes.SERVER_ERROR, ChallengeProbes.NOT_MCP,
            ChallengeProbes.NOT_401, ChallengeProbes.NO_CHALLENGE, ChallengeProbes.NOT_ABSOLUTE,
            ChallengeProbes.NO_SCOPE, ChallengeProbes.URL_UNUSABLE, ChallengeProbes.ORIGIN_REFUSED,
            ChallengeProbes.BAD_TOKEN_NOT_401, ChallengeProbes.SESSION_BEFORE_TOKEN,
            ResourceProbes.METADATA_MISSING, ResourceProbes.PATH_MISSING, ResourceProbes.ROOT_MISSING,
            ResourceProbes.WELL_KNOWN_HTML, ResourceProbes.RESOURCE_ABSENT, ResourceProbes.RESOURCE_MISMATCH,
            ResourceProbes.RESOURCE_BROADER, ResourceProbes.RESOURCE_SLASH, ResourceProbes.SHARED,
            ResourceProbes.NO_SERVERS, ResourceProbes.DOCUMENT_REDIRECTED, ResourceProbes.FOLLOWS_HOST,
            ServerProbes.MISSING, ServerProbes.APPENDED_ONLY, ServerProbes.OPENID_ONLY, ServerProbes.ISSUER_MISMATCH,
            ServerProbes.PKCE_MISSING, ServerProbes.ENDPOINTS_MISSING, ServerProbes.ISS_PROMISED,
            ServerProbes.NO_WAY_TO_REGISTER, ServerProbes.DOCUMENTS_WITHOUT_NONE, ServerProbes.ENDPOINTS_ELSEWHERE,
            ServerProbes.CHALLENGE_ASTRAY, ServerProbes.CHALLENGE_DEAD_END, ServerProbes.BY_CHALLENGE_ALONE,
            ServerProbes.COMPRESSED,
            BrowserProbes.PREFLIGHT_REFUSED, BrowserProbes.HEADERS_MISSING, BrowserProbes.NOT_EXPOSED,
            BrowserProbes.OAUTH_CLOSED,
            RegistrationProbes.REFUSED, RegistrationProbes.REDIRECT_DROPPED, RegistrationProbes.REDIRECTED,
            RegistrationProbes.BROKEN, RegistrationProbes.LIMITED, RegistrationProbes.METHOD_CHANGED,
            AuthorizeProbes.BROKEN, AuthorizeProbes.REDIRECT_REFUSED, AuthorizeProbes.PORT_REFUSED,
            AuthorizeProbes.DOCUMENT_REFUSED, AuthorizeProbes.SCOPE_REFUSED, AuthorizeProbes.RESOURCE_REFUSED,
            AuthorizeProbes.REQUEST_REFUSED, AuthorizeProbes.ISS_NOT_SENT, AuthorizeProbes.OPEN_REDIRECT,
            AuthorizeProbes.CODE_WITHOUT_SIGN_IN,
            TokenProbes.REDIRECTED, TokenProbes.MISSING, TokenProbes.NOT_JSON, TokenProbes.FAILS,
            TokenProbes.PUBLIC_REFUSED, TokenProbes.UNKNOWN_CLIENT_NOT_TOLD,
            SpeechProbes.ACCEPT_REFUSED, SpeechProbes.ACCEPT_EVENTS, SpeechProbes.ACCEPT_JSON, SpeechProbes.ACCEPT_ANY,
            SpeechProbes.ACCEPT_NONE, SpeechProbes.TOKEN_REFUSED, SpeechProbes.LEGACY_REFUSED,
            SpeechProbes.OLD_REVISION_REFUSED, SpeechProbes.NOTICE_REFUSED, SpeechProbes.PROBE_UNANSWERED,
            SpeechProbes.MODERN_ABSENT, SpeechProbes.MODERN_SESSION, SpeechProbes.HEADERS_UNCHECKED,
            SpeechProbes.VERSIONS_UNNAMED,
            StreamProbes.GET_HANGS, StreamProbes.GET_WRONG_STATUS, StreamProbes.GET_ENDS_AT_ONCE,
            StreamProbes.LOST_SESSION, StreamProbes.DELETE_WRONG_STATUS, StreamProbes.BUFFERED,
            StreamProbes.COMPRESSED, StreamProbes.MAY_BE_BUFFERED,
            ToolProbes.NOT_LISTED, ToolProbes.NAME_ODD, ToolProbes.NAME_LONG, ToolProbes.SCHEMA_NO_OBJECT,
            ToolProbes.NO_SEARCH, Examination.OUT_OF_TIME);

    private Faults() {}

    public static List<Fault> all() {
        return ALL;
    }
}
