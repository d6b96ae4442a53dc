FLASK_APP=backend.app:create_app
