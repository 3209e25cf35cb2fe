package io.github.doorwarden.sources.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.sources.openapi.OpenApiSettings.ParameterSettings;
import io.github.doorwarden.sources.openapi.OpenApiSettings.ToolSettings;
import io.github.doorwarden.sources.openapi.Selection.Filter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelectionTest {

    @TempDir
    private Path folder;

    private static Filter tags(String... tags) {
        return new Filter(Set.of(tags), List.of(), Set.of(), Set.of(), Set.of("mcp:read"), true);
    }

    private static Filter paths(String... globs) {
        return new Filter(Set.of(), List.of(globs), Set.of(), Set.of(), Set.of(), false);
    }

    private static Filter methods(String... methods) {
        return new Filter(Set.of(), List.of(), Set.of(methods), Set.of(), Set.of(), false);
    }

    private static Filter operations(String... operations) {
        return new Filter(Set.of(), List.of(), Set.of(), Set.of(operations), Set.of(), false);
    }

    private static OpenApiSource source(String document, Selection selection, Map<String, ToolSettings> tools)
            throws Exception {
        try (var backend = Backend.saying(200, "application/json", "{}")) {
            var file = Backend.document(document);
            return backend.source(new OpenApiSettings(new Origin.OfFile(file, file.getParent()), selection, tools,
                    null), each -> each);
        }
    }

    private static List<String> names(OpenApiSource source) {
        return source.things().tools().stream().map(tool -> tool.spec().name()).toList();
    }

    private static List<String> chosen(Selection selection) throws Exception {
        return names(source("petstore2.yaml", selection, Map.of()));
    }

    @Test
    void whatIsIncludedIsChosenByTagPathMethodAndOperation() throws Exception {
        assertEquals(List.of(), chosen(Selection.NOTHING));
        assertEquals(List.of("listPets"), chosen(new Selection(List.of(tags("pets")), List.of(), "", false)));
        assertEquals(List.of("listPets", "addPet"), chosen(new Selection(List.of(tags("pets")), List.of(), "", true)));
        assertEquals(List.of("listPets", "get_pets_by_id"), chosen(new Selection(List.of(paths("/pets", "/pets/*")),
                List.of(), "", false)));
        assertEquals(List.of("listPets", "get_pets_by_id"), chosen(new Selection(List.of(paths("/pets/**", "/pets")),
                List.of(), "", false)));
        assertEquals(List.of("listPets"), chosen(new Selection(List.of(paths("/**")), List.of(paths("/*/{id}"),
                paths("/lost", "/tabs")), "", false)));
        assertEquals(List.of("p_addPet"), chosen(new Selection(List.of(operations("POST /pets")), List.of(), "p_",
                true)));
        assertEquals(List.of("updateByForm", "uploadImage"), chosen(new Selection(List.of(methods("post")),
                List.of(operations("addPet"), paths("/raw")), "", true)));
    }

    @Test
    void writingIsLeftOutUntilItIsAllowed_AndSaysSo() throws Exception {
        var source = source("petstore2.yaml", new Selection(List.of(paths("/pets/**", "/pets")), List.of(), "", false),
                Map.of());
        assertTrue(source.warnings().contains("4 of the included operations may change something and are left out, "
                + "such as POST /pets. To have such too, write allow_writes: true."), source.warnings().toString());
        var nothing = source("petstore2.yaml", new Selection(List.of(tags("nope")), List.of(), "", false), Map.of());
        assertTrue(nothing.warnings().getFirst()
                .contains("Nothing in the document fits the part of include with nope"));
        assertThrows(IllegalArgumentException.class, () -> chosen(new Selection(List.of(operations("listPet")),
                List.of(), "", false)));
        assertThrows(IllegalArgumentException.class, () -> operations());
        assertThrows(IllegalArgumentException.class, () -> new Selection(List.of(), List.of(), "a b", false));
    }

    @Test
    void whatACaseSaysHoldsForItsTools_AndEachToolCanSayOtherwise() throws Exception {
        var tools = new LinkedHashMap<String, ToolSettings>();
        tools.put("addPet", new ToolSettings("", Optional.of("Adopt"), null, Set.of("mcp:write"), false, null, false,
                null, null));
        tools.put("one", ToolSettings.of("GET /pets/{id}"));
        var source = source("petstore2.yaml", new Selection(List.of(tags("pets"), paths("/pets/*")), List.of(), "",
                true), tools);
        assertEquals(List.of("addPet", "one", "listPets"), names(source));
        var add = source.things().tools().getFirst().spec();
        assertEquals("Adopt", add.title());
        assertEquals(Set.of("mcp:write"), add.scopes());
        assertTrue(add.confirm(), "as the part that includes it says");
        var list = source.things().tools().getLast().spec();
        assertEquals(Set.of("mcp:read"), list.scopes());
        assertFalse(list.confirm(), "it changes nothing");
        var unknown = assertThrows(IllegalArgumentException.class, () -> source("petstore2.yaml", new Selection(
                List.of(tags("pets")), List.of(), "", false), Map.of("addPet", new ToolSettings("", null, null, null,
                false, null, false, null, null))));
        assertTrue(unknown.getMessage().contains("Included are: listPets."), unknown.getMessage());
    }

    @Test
    void namesAreTheSameEveryTimeAndNeverTooLong() throws Exception {
        var inspection = Documents.of(folder, """
                /users/{id}/things: {get: {parameters: [{name: id, in: path}]}}
                /: {get: {responses: {}}}
                "/a/{x}.json": {get: {parameters: [{name: x, in: path}]}}
                /repos/{owner}: {parameters: [{name: owner, in: path}], get: {operationId: repos/get-one}, put: {operationId: "!!"}}
                /same: {get: {operationId: twice, responses: {}}, post: {operationId: twice, responses: {}}}
                /long: {get: {operationId: aVeryLongOperationIdThatNoClientTakesWithItsPrefixBefore, responses: {}}}
                """);
        assertEquals(List.of("get_users_by_id_things", "get_root", "get_a_x_json", "repos_get-one",
                "put_repos_by_owner",
                "twice_" + PropertyNames.hash("GET /same", 8), "twice_" + PropertyNames.hash("POST /same", 8),
                "aVeryLongOperationIdThatNoClientTake_" + PropertyNames.hash("GET /long", 8)),
                inspection.found().stream().map(each -> each.listing().spec().name()).toList());
    }

    @Test
    void aNameThatSomebodyGaveIsNotTakenByWhatIsIncluded() throws Exception {
        var source = source("petstore2.yaml", new Selection(List.of(tags("pets")), List.of(), "", false),
                Map.of("listPets", ToolSettings.of("GET /pets/{id}")));
        assertEquals(List.of("listPets", "listPets_" + PropertyNames.hash("GET /pets", 8)), names(source));
    }
}
