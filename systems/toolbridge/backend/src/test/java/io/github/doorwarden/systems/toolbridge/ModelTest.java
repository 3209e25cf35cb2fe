package io.github.doorwarden.systems.toolbridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Search by meaning with the real model: no word of the question is in what it finds.
class ModelTest {

    @Test
    void meaningIsFoundWithoutItsWords() throws IOException {
        try (var bed = new Bed(Dialect.SQLITE, environment -> {
            environment.put("TOOLBRIDGE_EMBEDDINGS", "model");
            return environment;
        })) {
            bed.tenant("acme", false, "ada@acme.example");
            var ada = bed.person("ada@acme.example");
            ada.made("notes", Map.of("title", "Payroll", "body", "Salaries are paid on the last Friday."));
            var tent = ada.made("notes", Map.of("title", "Alpine tent", "body", "The fabric keeps rain out."));
            ada.made("tasks", Map.of("title", "Order recycled paper"));
            bed.startVectors();
            JsonNode answer;
            do {
                answer = ada.post("/v1/search/semantic", Map.of("text", "staying dry while camping"));
            } while (answer.path("pending").asInt() > 0);
            assertEquals(tent, answer.path("items").path(0).path("id").asString());
            assertEquals(3, answer.path("indexed").asInt());
        }
    }
}
