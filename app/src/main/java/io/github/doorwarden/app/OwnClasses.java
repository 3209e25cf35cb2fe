package io.github.doorwarden.app;

import java.lang.reflect.Modifier;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the classes of a user's own that the configuration names: from the class path, else from a jar of the folder
/// of plugins that declares them in `META-INF/services`. Each such jar has a class loader of its own, as with
/// [Plugins]; whoever may write the folder is the operator.
final class OwnClasses implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OwnClasses.class);

    private final Path folder;
    private final List<URLClassLoader> loaders = new ArrayList<>();

    /// @param folder of plugins; need not be there
    OwnClasses(Path folder) {
        this.folder = folder;
    }

    /// @param key that names the class, for sentences
    /// @throws StartFailure when it is not there, or cannot be used
    <T> T make(Class<T> kind, String name, String key) {
        try {
            var found = Class.forName(name);
            if (!kind.isAssignableFrom(found) || Modifier.isAbstract(found.getModifiers())) {
                throw unfit(kind, name, key);
            }
            return kind.cast(found.getConstructor().newInstance());
        } catch (ClassNotFoundException e) {
            return fromJars(kind, name, key);
        } catch (ReflectiveOperationException e) {
            throw unfit(kind, name, key);
        }
    }

    private <T> T fromJars(Class<T> kind, String name, String key) {
        for (var jar : Plugins.jars(folder)) {
            if (Plugins.declares(jar, kind)) {
                var loader = Plugins.loader(jar, kind.getClassLoader());
                loaders.add(loader);
                try {
                    var found = ServiceLoader.load(kind, loader).stream().filter(provider -> provider.type().getName()
                            .equals(name) && provider.type().getClassLoader() == loader).findFirst();
                    if (found.isPresent()) {
                        return found.get().get();
                    }
                } catch (ServiceConfigurationError | LinkageError e) {
                    LOG.debug("A class of a plugin cannot be used.", e);
                    throw new StartFailure(key + " names " + name + ", and " + jar + " cannot be used: "
                            + e.getMessage()
                            + ". Look at META-INF/services/" + kind.getName() + " in it.");
                }
            }
        }
        throw new StartFailure(key + " names " + name + ", which is neither on the class path nor in a jar of " + folder
                + " whose META-INF/services/" + kind.getName() + " names it. Correct the name, or put the jar there.");
    }

    private static StartFailure unfit(Class<?> kind, String name, String key) {
        return new StartFailure(key + " names " + name + ", which is no " + kind.getName()
                + " with a public constructor without parameters.");
    }

    /// What was made must not be used any more.
    @Override
    public void close() {
        Plugins.close(loaders);
    }
}
