# syntax=docker/dockerfile:1
# A Genesys Cloud in a container: docker build --target simulator -t genesys-simulator . && docker run --rm -p 8080:8080 genesys-simulator

FROM node:24-slim AS build
WORKDIR /app
COPY . .
# The prepare script builds every package.
RUN npm ci

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages packages
COPY apps apps
# Nothing that is needed at run time has an install script, and the prepare script needs the build tools.
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

FROM node:24-slim AS simulator
WORKDIR /app
ENV NODE_ENV=production
COPY --from=dependencies /app ./
COPY --from=build /app/packages packages
COPY --from=build /app/apps apps
USER node
EXPOSE 8080
# Arguments of `docker run` are added to these, such as --token-lifetime 300.
ENTRYPOINT ["node", "apps/cli/bin/genesys.cjs", "simulator", "--host", "0.0.0.0", "--port", "8080"]
