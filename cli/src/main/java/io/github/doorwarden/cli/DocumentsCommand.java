package io.github.doorwarden.cli;

import io.github.doorwarden.app.DocumentsUpload;
import io.github.doorwarden.sources.documents.UploadFailure;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Documents that are searched elsewhere.
@Command(name = "documents", description = "Documents: upload to a vector store.", mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND", subcommands = DocumentsCommand.Upload.class)
final class DocumentsCommand {

    @Command(name = "upload", mixinStandardHelpOptions = true, description = {
            "Uploads the documents of a source to a new OpenAI vector store.",
            "Prints VECTOR_STORE_ID=… for the environment of the deployment. The key is taken from OPENAI_API_KEY, "
                    + "another API than OpenAI's own from OPENAI_BASE_URL."})
    static final class Upload implements Callable<Integer> {

        @Mixin
        private DeploymentFolder deployment;

        @Option(names = "--source", paramLabel = "NAME", description = "The source, when there are several of "
                + "documents.")
        private String source;

        @Spec
        private CommandSpec spec;

        private boolean moving;

        @Override
        public Integer call() throws InterruptedException {
            var key = Optional.ofNullable(System.getenv("OPENAI_API_KEY")).filter(text -> !text.isBlank())
                    .orElseThrow(() -> new CommandFailure("OPENAI_API_KEY is not set, so nothing was sent. Set it to a "
                            + "key of the account that is to have the vector store."));
            try {
                var outcome = DocumentsUpload.run(deployment.read(), Optional.ofNullable(source),
                        Optional.ofNullable(System.getenv("OPENAI_BASE_URL")), key, this::tell);
                end();
                var err = spec.commandLine().getErr();
                outcome.leftOut().forEach(err::println);
                err.println(outcome.files() + " documents are in the vector store.");
                spec.commandLine().getOut().println("VECTOR_STORE_ID=" + outcome.storeId());
                return 0;
            } catch (UploadFailure e) {
                end();
                throw new CommandFailure(e.getMessage());
            }
        }

        /// One line that moves on a terminal; elsewhere one now and then.
        private void tell(String what, int done, int of) {
            var err = spec.commandLine().getErr();
            if (System.console() != null && System.console().isTerminal()) {
                err.print("\r\033[K" + what + " " + done + " of " + of);
                err.flush();
                moving = true;
            } else if (done == of) {
                err.println(what + ": " + done + " of " + of);
            }
        }

        private void end() {
            if (moving) {
                spec.commandLine().getErr().println();
            }
        }
    }
}
