package io.github.doorwarden.app;

import io.github.doorwarden.identity.Entitlement;
import io.github.doorwarden.identity.TokenVerifier;
import io.github.doorwarden.server.Source;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.jar.JarFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sources of the jars in a deployment's folder of plugins. Each jar has a class loader of its own, whose parent is
/// the product's: two jars do not see each other, and none can put a class of its own in the place of one of ours. A
/// jar runs with all rights of this process; whoever may write the folder is the operator.
final class Plugins implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Plugins.class);
    private static final String SERVICE = "META-INF/services/" + Source.class.getName();

    /// @param jar its file name, for sentences
    record Plugin(String jar, Source source) {}

    private final List<Plugin> all = new ArrayList<>();
    private final List<URLClassLoader> loaders = new ArrayList<>();

    /// In the order of the jars' names.
    ///
    /// @param folder need not be there
    /// @throws StartFailure that names the jar, why it cannot be used and what to do
    static Plugins of(Path folder) {
        var plugins = new Plugins();
        try {
            for (var jar : jars(folder)) {
                plugins.load(jar);
            }
            return plugins;
        } catch (StartFailure e) {
            plugins.close();
            throw e;
        }
    }

    /// In the order of their names.
    static List<Path> jars(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".jar")).sorted().toList();
        } catch (IOException e) {
            throw new StartFailure("The folder of plugins " + folder + " cannot be read: " + e.getMessage() + ".");
        }
    }

    private void load(Path jar) {
        if (!declares(jar, Source.class)) {
            if (declares(jar, TokenVerifier.class) || declares(jar, Entitlement.class)) {
                return;                                          // the configuration names those, see OwnClasses
            }
            throw refused(jar, "there is no " + SERVICE + " in it. Add that file with the name of your Source, or "
                    + "take the jar out of the folder when it is a library: libraries belong into the plugin's "
                    + "jar");
        }
        var name = jar.getFileName().toString();
        var loader = loader(jar, Source.class.getClassLoader());
        loaders.add(loader);
        try {
            var before = all.size();
            ServiceLoader.load(Source.class, loader).stream()
                    .filter(provider -> provider.type().getClassLoader() == loader)
                    .forEach(provider -> all.add(new Plugin(name, provider.get())));
            if (all.size() == before) {
                throw refused(jar, SERVICE + " in it names no class. Write the name of your Source there");
            }
        } catch (ServiceConfigurationError | LinkageError e) {
            var cause = e.getCause() == null ? e : e.getCause();
            LOG.debug("A plugin cannot be loaded.", e);
            throw refused(jar, switch (cause) {
                case UnsupportedClassVersionError newer -> "it was compiled for a newer Java than the "
                        + Runtime.version().feature() + " that runs here. Compile it with --release "
                        + Runtime.version().feature();
                case NoClassDefFoundError absent -> "it needs the class " + absent.getMessage()
                        + ", which is neither in it nor in Doorwarden. Pack your libraries into the jar";
                default -> cause + ". Look at the class that " + SERVICE + " in it names: it must implement "
                        + Source.class.getName() + " and have a public constructor without parameters";
            });
        }
    }

    /// Whether it says that it has something of the kind.
    static boolean declares(Path jar, Class<?> kind) {
        try (var file = new JarFile(jar.toFile())) {
            return file.getEntry("META-INF/services/" + kind.getName()) != null;
        } catch (IOException e) {
            throw refused(jar, "it is not a jar that can be read (" + e.getMessage() + "). Build it again");
        }
    }

    static URLClassLoader loader(Path jar, ClassLoader parent) {
        return new URLClassLoader(jar.getFileName().toString(), new URL[] {url(jar)}, parent);
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw refused(jar, "its path is no URL. Rename it");
        }
    }

    private static StartFailure refused(Path jar, String why) {
        return new StartFailure("The plugin " + jar + " cannot be loaded: " + why + ".");
    }

    List<Plugin> all() {
        return all;
    }

    /// Closes the jars; their sources are closed by whoever uses them, before.
    @Override
    public void close() {
        close(loaders);
    }

    /// What came of their jars must not be used any more.
    static void close(List<URLClassLoader> loaders) {
        for (var loader : loaders) {
            try {
                loader.close();
            } catch (IOException e) {
                LOG.warn("A plugin could not be closed.", e);
            }
        }
    }
}
