package io.github.doorwarden.app;

import io.github.doorwarden.app.config.ConfigFile;
import io.github.doorwarden.app.config.ConfigMistakes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/// Another deployment, run as a companion of the one that starts this process: says what a person must read behind
/// `say `, then `ready` and where it listens, and ends with its standard input.
///
/// What is set from outside comes in the environment, not on the command line, which everybody on a machine can read.
public final class CompanionDoor {

    private static final String FOLDER = "DOORWARDEN_COMPANION_FOLDER";
    private static final String SET = "DOORWARDEN_COMPANION_SET";
    private static final String DEPTH = "DOORWARDEN_COMPANION_DEPTH";
    /// A deployment that is its own companion would fill the machine.
    private static final int DEEPEST = 3;
    private static final JsonMapper JSON = JsonMapper.shared();

    private CompanionDoor() {}

    /// Makes an environment say which deployment it is. What is set for the other one in variables is not for this one.
    static void tell(Map<String, String> environment, Path folder, Path state, Map<String, String> set) {
        var depth = Integer.parseInt(environment.getOrDefault(DEPTH, "0")) + 1;
        environment.keySet().removeIf(name -> name.startsWith("DOORWARDEN_") && !name.equals("DOORWARDEN_LOG"));
        var all = new LinkedHashMap<>(Map.of("state", state.toAbsolutePath().toString()));
        all.putAll(set);
        environment.put(FOLDER, folder.toAbsolutePath().toString());
        environment.put(SET, JSON.writeValueAsString(all));
        environment.put(DEPTH, Integer.toString(depth));
    }

    public static void main(String[] args) throws IOException {
        var out = System.out;
        if (Integer.parseInt(System.getenv(DEPTH)) > DEEPEST) {
            fail("This deployment is the companion of a companion of a companion. Is it its own?");
        }
        try {
            var set = new TreeMap<String, String>();
            JSON.readTree(System.getenv(SET)).properties().forEach(each ->
                    set.put(each.getKey(), each.getValue().asString()));
            var config = ConfigFile.read(Path.of(System.getenv(FOLDER)), set, System::getenv);
            var running = Deployment.start(config, line -> out.println(Companion.SAY + line));
            running.guided().people().forEach(line -> out.println(Companion.SAY + line));
            out.println("ready " + running.listening());
            out.flush();
            running.follow(() -> ConfigFile.read(Path.of(System.getenv(FOLDER)), set, System::getenv));
            ends(System.in);
            running.close();
        } catch (ConfigMistakes | StartFailure e) {
            fail(e.getMessage());
        }
        System.exit(0);
    }

    private static void ends(InputStream in) throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
    }

    private static void fail(String why) {
        System.err.println(why);
        System.exit(1);
    }
}
