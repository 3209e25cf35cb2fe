package io.github.doorwarden.sources.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.doorwarden.sources.openapi.OpenApiSettings.ToolSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Shapes of documents that real APIs have, and what becomes of them.
class ShapesTest {

    @TempDir
    private Path folder;

    @Test
    void swagger2IsReadAsOpenApi3IsRead() throws Exception {
        Documents.assertGolden("""
                listPets (GET /pets) X-Trace:string tags:array ids:array piped:array tabbed:string limit:integer
                addPet (POST /pets) X-Trace!:string name!:string kind:string mother:object nick:[string|null] type:string
                get_pets_by_id (GET /pets/{id}) id!:integer
                updateByForm (POST /pets/{id}/form) id!:integer name!:string colours:array moods:array
                uploadImage (POST /pets/{id}/image) id!:integer note!:string
                - POST /pets/{id}/scan: it requires the file file, and files are not sent
                - POST /raw: its body is application/octet-stream, and only JSON, forms and plain text are sent
                - GET /tabs: its parameter x has the style tsv, which is not spoken
                - GET /lost: it refers to something that is not in the document
                """, "petstore2.yaml");
        var inspection = Documents.inspect("petstore2.yaml");
        assertEquals("https://pets.example.com/v2", inspection.server().orElseThrow());
        assertEquals("2.0", inspection.version());
        var list = inspection.found().getFirst().listing().spec();
        assertEquals(Backend.json("{'type':'integer','exclusiveMaximum':100,'minimum':1,'format':'int32',"
                + "'default':20}"), list.inputSchema().at("/properties/limit"));
        assertEquals("array", list.outputSchema().orElseThrow().at("/properties/items/type").asString());
        assertTrue(inspection.found().get(2).listing().spec().outputSchema().isPresent(), "a response by reference");
        assertFalse(inspection.toString().contains("x-vendor"));
    }

    @Test
    void whatSwagger2SaysOfPlacesIsSentSo() throws Exception {
        try (var backend = Backend.saying(200, "application/json", "{}")) {
            backend.call("petstore2.yaml", ToolSettings.of("listPets"),
                    "{'X-Trace':'t','tags':['a','b'],'ids':[1,2],'piped':['x','y']}");
            assertEquals("GET /v1/pets?tags=a&tags=b&ids=1,2&piped=x%7Cy", backend.asked.getLast().line());
            assertEquals(List.of("t"), backend.asked.getLast().headers().get("X-trace"));
            backend.call("petstore2.yaml", ToolSettings.of("addPet"),
                    "{'X-Trace':'t','name':'n','type':'T','mother':{'_type_x':1}}");
            assertEquals("POST /v1/pets {\"name\":\"n\",\"mother\":{\"_type_x\":1},\"@type\":\"T\"}",
                    backend.asked.getLast().line());
            backend.call("petstore2.yaml", ToolSettings.of("updateByForm"),
                    "{'id':7,'name':'a&b','colours':['r','g'],'moods':['x','y']}");
            assertEquals("POST /v1/pets/7/form name=a%26b&colours=r,g&moods=x&moods=y", backend.asked.getLast().line());
            backend.call("petstore2.yaml", ToolSettings.of("uploadImage"), "{'id':7,'note':'a\\r\\n--x\\\"'}");
            var sent = backend.asked.getLast();
            var type = sent.headers().get("Content-type").getFirst();
            assertTrue(type.matches("multipart/form-data; boundary=doorwarden-[0-9a-f-]{36}"), type);
            var boundary = type.substring(type.indexOf('=') + 1);
            assertEquals("--" + boundary + "\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\na\r\n--x\"\r\n--"
                    + boundary + "--\r\n", sent.body());
        }
    }

    @Test
    void partsInOtherFilesOfTheFolderAreRead_AndNothingElse() throws Exception {
        Documents.assertGolden("""
                placeOrder (POST /orders) lines!:array parent:object
                getOrder (GET /orders/{id}) id!:string
                aliased (GET /aliased) ref:string
                merged (HEAD /aliased) ref:string
                - /gone: it refers to a file that cannot be read
                - GET /outside: it refers to a file outside the folder of the configuration
                - GET /far: it refers to a document elsewhere, which is not fetched: bundle them into one
                """, "split/api.yaml");
        var line = Documents.inspect("split/api.yaml").found().getFirst().listing().spec().inputSchema();
        assertEquals("string", line.at("/properties/lines/items/properties/sku/type").asString());
        assertEquals("The same structure again, nested; left out here.",
                line.at("/properties/parent/description").asString());
    }

    @Test
    void aLinkLeadsOutOfTheFolderToNothing() throws Exception {
        var secret = Files.createDirectories(folder.resolve("outside")).resolve("secret.yaml");
        Files.writeString(secret, "{name: secret, in: query, schema: {type: string}}");
        var inside = Files.createDirectories(folder.resolve("inside"));
        Files.createSymbolicLink(inside.resolve("link.yaml"), secret);
        var inspection = Documents.of(inside, "/a: {get: {operationId: a, parameters: [{$ref: link.yaml}]}}\n"
                + "/b: {get: {operationId: b, parameters: [{$ref: '../outside/secret.yaml'}]}}\n"
                + "/c: {get: {operationId: c, parameters: [{$ref: '/etc/hostname'}]}}\n"
                + "/d: {get: {operationId: d, parameters: [{$ref: 'file://host/x'}]}}\n");
        assertEquals(List.of(), inspection.found());
        assertEquals(4, inspection.skipped().size());
        assertFalse(inspection.toString().contains("secret,"), inspection.toString());
    }

    @Test
    void aliasesOfYamlDoNotMultiply() throws Exception {
        var bomb = new StringBuilder("x0: &x0 {type: string}\n");
        for (var i = 1; i < 60; i++) {
            bomb.append("x").append(i).append(": &x").append(i).append(" {type: object, properties: {a: *x")
                    .append(i - 1)
                    .append(", b: *x").append(i - 1).append("}}\n");
        }
        Files.writeString(folder.resolve("api.yaml"), "openapi: 3.1.0\n" + bomb
                + "paths: {/a: {post: {operationId: a, requestBody: {content: {application/json: {schema: "
                + "*x59}}}}}}\n");
        var inspection = Inspection.of(folder.resolve("api.yaml"), folder);
        assertEquals(List.of("a", "b"), List.copyOf(inspection.found().getFirst().listing().spec().inputSchema()
                .path("properties").propertyNames()));
    }

    @Test
    void formsAndTextAreSentAsTheDocumentSays() throws Exception {
        var paths = """
                /form:
                  post:
                    operationId: form
                    requestBody:
                      content:
                        application/x-www-form-urlencoded:
                          schema: {type: object, properties: {expand: {type: array, items: {type: string}}, plain: {type: array,
                            items: {type: string}}, meta: {type: object}, json: {type: object}}}
                          encoding: {expand: {style: deepObject, explode: true}, meta: {style: deepObject, explode: true}}
                    responses: {"200": {description: ok}}
                /text:
                  put:
                    operationId: text
                    requestBody: {required: true, content: {text/plain: {schema: {type: string}}}}
                    responses: {"200": {description: ok}}
                """;
        Documents.of(folder, paths);
        try (var backend = Backend.saying(200, "application/json", "{}")) {
            var form = backend.source(folder.resolve("api.yaml"), Map.of("tool", ToolSettings.of("form")));
            Backend.call(form, "{'expand':['a','b'],'plain':['c','d'],'meta':{'k':{'l':1}},'json':{'a':1}}");
            assertEquals("POST /v1/form expand%5B%5D=a&expand%5B%5D=b&plain=c&plain=d&meta%5Bk%5D%5Bl%5D=1"
                    + "&json=%7B%22a%22%3A1%7D", backend.asked.getLast().line());
            var text = backend.source(folder.resolve("api.yaml"), Map.of("tool", ToolSettings.of("text")));
            Backend.call(text, "{'body':'line one'}");
            assertEquals("PUT /v1/text line one", backend.asked.getLast().line());
            assertEquals(List.of("text/plain"), backend.asked.getLast().headers().get("Content-type"));
        }
    }

    @Test
    void namesInsideOfArgumentsAreChangedAndTurnedBack() throws Exception {
        Documents.of(folder, """
                /q:
                  post:
                    operationId: q
                    requestBody: {content: {application/json: {schema: {type: object, properties: {where: {type: object,
                      required: ["$gt", "_gt"], properties: {"$gt": {type: integer}, _gt: {type: integer}, gt: {type: integer}}}}}}}}
                    responses: {"200": {description: ok, content: {application/json: {schema: {type: object,
                      properties: {"@id": {type: string}, id: {type: string}}}}}}}
                """);
        try (var backend = Backend.saying(200, "application/json", "{\"@id\":\"x\"}")) {
            var source = backend.source(folder.resolve("api.yaml"), Map.of("tool", ToolSettings.of("q")));
            var spec = source.things().tools().getFirst().spec();
            var names = List.copyOf(spec.inputSchema().at("/properties/where/properties").propertyNames());
            assertTrue(names.getFirst().matches("gt_[0-9a-f]{6}"), names.toString());
            assertEquals(List.of("_gt", "gt"), names.subList(1, 3));
            assertEquals(names.getFirst(), spec.inputSchema().at("/properties/where/required/0").asString());
            assertEquals(List.of("id"), List.copyOf(spec.outputSchema().orElseThrow().path("properties")
                    .propertyNames()));
            var result = Backend.call(source, "{'where':{'" + names.getFirst() + "':1,'_gt':2,'gt':3}}");
            assertEquals("POST /v1/q {\"where\":{\"$gt\":1,\"_gt\":2,\"gt\":3}}", backend.asked.getLast().line());
            assertEquals(Backend.json("{'@id':'x'}"), result.structured().orElseThrow());
        }
    }

    @Test
    void whatIsLargeIsDescribedLessDeeply() throws Exception {
        var inspection = Documents.inspect("nasty.yaml");
        var explosion = inspection.found().stream().filter(each -> each.operationId().equals("explosion")).findFirst()
                .orElseThrow();
        assertTrue(explosion.warnings().toString().contains("described to the depth of 4 alone"),
                explosion.warnings().toString());
        assertTrue(explosion.listing().json().toString().contains("Nested further"));
    }
}
