package io.github.doorwarden.server;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What people see instead of a name: on a component of a record, in forms and tools; on a constant of an enum, in
/// forms (MCP 2025-11-25, Elicitation, titled enums; earlier as `enumNames`).
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD})
public @interface Title {
    String value();
}
