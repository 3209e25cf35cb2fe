package io.github.doorwarden.app;

import io.github.doorwarden.app.config.Config;
import io.github.doorwarden.server.Call;
import io.github.doorwarden.server.Conditions;
import io.github.doorwarden.server.Source;
import io.github.doorwarden.server.Things;
import io.github.doorwarden.server.Tool;
import io.github.doorwarden.server.ToolResult;
import io.github.doorwarden.server.ToolSpec;
import java.util.List;

/// A source whose tools ask more of a caller than the source itself says: what the configuration adds.
record ConditionedSource(Source source, Config.SourceConditions conditions) implements Source {

    /// A tool that asks for more.
    private record Conditioned(Tool tool, ToolSpec spec) implements Tool {

        @Override
        public List<String> requiredCapabilities() {
            return tool.requiredCapabilities();
        }

        @Override
        public ToolResult call(Call call) throws Exception {
            return tool.call(call);
        }

        @Override
        public void prepare(Call call) throws Exception {
            tool.prepare(call);
        }

        @Override
        public String preview(Call call) throws Exception {
            return tool.preview(call);
        }
    }

    @Override
    public String name() {
        return source.name();
    }

    @Override
    public Things things() {
        var things = source.things();
        return new Things(things.tools().stream().map(this::conditioned).toList(), things.resources(),
                things.templates(), things.prompts(), things.skills());
    }

    private Tool conditioned(Tool tool) {
        var more = conditions.of(source.name(), tool.spec().name());
        return more.equals(Conditions.NONE) ? tool
                : new Conditioned(tool, tool.spec().withConditions(tool.spec().conditions().and(more)));
    }

    @Override
    public List<String> warnings() {
        return source.warnings();
    }

    @Override
    public void listen(Listener listener) {
        source.listen(listener);
    }

    @Override
    public void close() {
        source.close();
    }
}
